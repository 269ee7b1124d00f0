import { randomBytes } from 'node:crypto'
import { forgeToken, goodClaims } from './tokens.ts'

/** What a case needs to know of the running stack: where it is, and how tokens are signed. */
export interface ContractContext {
  /** The base URL, without a slash at its end, that serves a path. */
  urlFor(path: string): string
  /** The AUTH_SECRET that the stack runs with. */
  secret: string
}

/** One row of the contract: it passes, or throws what is wrong. It makes its own products and customers. */
export interface ContractCase {
  name: string
  run(context: ContractContext): Promise<void>
}

export interface ContextOptions {
  /** Of the monolith or the gateway, such as `http://127.0.0.1:3000`; or a function of the path, for services reached directly. */
  baseUrl: string | ((path: string) => string)
  secret: string
}

/** Makes the context in which all cases run. */
export function createContext({ baseUrl, secret }: ContextOptions): ContractContext {
  const urlFor = typeof baseUrl === 'string' ? () => baseUrl : baseUrl
  return { urlFor: (path) => urlFor(path).replace(/\/+$/, ''), secret }
}

/** Somebody who calls, with a token that is good for an hour. */
export interface Caller {
  sub: string
  token: string
}

/** A customer that no run has seen before. */
export const newCustomer = (context: ContractContext): Caller => newCaller(context, 'customer')

/** An administrator that no run has seen before. */
export const newAdmin = (context: ContractContext): Caller => newCaller(context, 'admin')

/** A SKU that no run has seen before. */
export const newSku = (): string => `T-${randomBytes(6).toString('hex').toUpperCase()}`

/** An idempotency key that no run has seen before. */
export const newKey = (): string => randomBytes(12).toString('hex')

function newCaller({ secret }: ContractContext, role: string): Caller {
  const sub = `${role}-${randomBytes(6).toString('hex')}`
  return { sub, token: forgeToken(secret, goodClaims(sub, role)) }
}
