/** How many calls are made again for each call that is made, in the long run. */
const SHARE = 0.2

/**
 * Bounds how many calls are made again, as a share of all calls, so that layers that retry do not multiply each other's
 * calls while the one below them is in trouble (Finagle's and gRPC's retry budget).
 * @param reserve how many at once, after a time without trouble: all that are under way when a replica dies
 */
export function createRetryBudget(reserve: number): { earn(): void; spend(): boolean } {
  let left = reserve
  return {
    earn() {
      left = Math.min(reserve, left + SHARE)
    },
    spend() {
      if (left < 1) return false
      left--
      return true
    },
  }
}
