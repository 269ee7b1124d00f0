/**
 * Whole numbers from 0 that look random, and are the same in every run.
 * @param seed another one makes another sequence
 */
export function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
}
