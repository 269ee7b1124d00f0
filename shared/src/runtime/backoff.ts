/** The first delay and the longest, in milliseconds. */
export interface Backoff {
  first: number
  most: number
}

/**
 * How long to wait before the next attempt, in milliseconds: a random part of a delay that doubles ("full jitter", Marc
 * Brooker, AWS Architecture Blog, 2015), so that those who failed together do not come back together.
 * @param attempt 0 for the first retry
 */
export const backoff = (attempt: number, { first, most }: Backoff): number =>
  Math.random() * Math.min(most, first * 2 ** Math.min(attempt, 30))
