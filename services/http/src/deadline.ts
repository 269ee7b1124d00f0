import type { IncomingHttpHeaders } from 'node:http'

/** When a call must have been answered, in milliseconds of `performance.now()`. */
export type Deadline = number

/**
 * Tells a service how long its caller still waits, in milliseconds. A span and not a moment, since clocks differ (as in
 * gRPC's `grpc-timeout`). From outside it does not get past the gateway.
 */
export const DEADLINE_HEADER = 'x-deadline-ms'

export const within = (ms: number): Deadline => performance.now() + ms

/** What is left, in whole milliseconds; 0 when it is over. */
export const left = (deadline: Deadline): number => Math.max(0, Math.floor(deadline - performance.now()))

/** The deadline of a request that came in: this process's own limit, or what the caller told, if that is less. */
export function deadlineOf(headers: IncomingHttpHeaders, ownMs: number): Deadline {
  const told = headers[DEADLINE_HEADER]
  const isNumber = typeof told === 'string' && /^\d{1,9}$/.test(told)
  return within(isNumber ? Math.min(Number(told), ownMs) : ownMs)
}
