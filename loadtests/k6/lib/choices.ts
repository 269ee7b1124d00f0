/** Chooses as if by chance, and the same each time for the same seed and number. */
export type Choices = {
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  one<T>(items: readonly T[]): T
  /** `count` different items, or all when there are fewer. */
  some<T>(items: readonly T[], count: number): T[]
  /** True in this share of cases, from 0 to 1. */
  chance(share: number): boolean
}

/**
 * The choices of one iteration. Math.random would make every run another load.
 * @param number of the iteration, unique in the test: `exec.scenario.iterationInTest`
 */
export function choicesOf(seed: number, number: number): Choices {
  const next = mulberry32(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const one = <T>(items: readonly T[]) => items[between(0, items.length - 1)] as T
  return {
    between,
    one,
    some(items, count) {
      const chosen = new Set<(typeof items)[number]>()
      while (chosen.size < Math.min(count, items.length)) chosen.add(one(items))
      return [...chosen]
    },
    chance: (share) => next() < share,
  }
}

/** A small generator of numbers in [0, 1) with 32 bits of state. */
function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
