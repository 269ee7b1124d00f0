import type { Operation } from '../contract/operations.ts'
import type { Guard } from './auth.ts'

/** The Fastify options of a contract operation: its schema, and the guard before its body is even read. */
export function routeOptions<O extends Operation>(
  { schema, roles }: O,
  guard: Guard,
): { schema: O['schema']; onRequest?: ReturnType<Guard> } {
  return roles ? { schema, onRequest: guard(roles) } : { schema }
}
