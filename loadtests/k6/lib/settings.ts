// Settings come from environment variables: k6 run -e RATE=50 2-browse.ts

/** Where the stack listens: the monolith's port by default, http://127.0.0.1:4000 for the services. */
export const BASE_URL = (__ENV.BASE_URL || 'http://127.0.0.1:3000').replace(/\/+$/, '')

/** The same seed makes the same choices, in the same order. */
export const SEED = wholeNumber('SEED', 1, 0)

/** How many customers share the work. */
export const CUSTOMERS = wholeNumber('CUSTOMERS', 50)

/** Iterations that start each second. */
export const rate = (fallback: number) => wholeNumber('RATE', fallback)

/** How long iterations go on starting, as k6 writes it: `30s`, `2m`, `1m30s`. */
export function duration(fallback: string): string {
  const given = __ENV.DURATION || fallback
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(given))
    throw new Error(`DURATION is ${given}; write it as 30s or 2m`)
  return given
}

/** Enough virtual users to keep up the rate when every iteration takes `worstSeconds`; with fewer, k6 drops some. */
export const usersFor = (perSecond: number, worstSeconds = 2) =>
  Math.max(10, Math.ceil(perSecond * worstSeconds))

/**
 * The threshold that 95 of 100 calls take less than this many milliseconds. LATENCY_LIMITS=off drops it: for machines that
 * are slow or shared, and for those who measure latency and do not judge it.
 */
export const within = (milliseconds: number) =>
  __ENV.LATENCY_LIMITS === 'off' ? [] : [`p(95)<${milliseconds}`]

export function wholeNumber(name: string, fallback: number, least = 1): number {
  const value = Number(__ENV[name] || fallback)
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${name} is ${__ENV[name]}; it must be a whole number from ${least}`)
  return value
}
