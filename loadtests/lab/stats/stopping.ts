import { type Ratio, relativeWidth } from './ratio.ts'

/** A ratio, and by how much it is to be known: 0.05 for 5 %. */
export type Target = { ratio: Ratio; within: number }

/** Below it, Student's t is wide, and the p-values of two ratios can hardly reach a level. */
const FEWEST = 6

/**
 * Whether every ratio is known as well as is wanted, so that no more blocks are needed.
 * To look after each block, and to stop when the interval is narrow, is to stop more often when chance made it too narrow. How
 * much that costs depends on how many looks there are, and not on how narrow is asked for: see `fewestBlocks`.
 * @param fewest how many pairs there must be at least, of `fewestBlocks`
 */
export function isKnown(ratios: Target[], fewest: number): boolean {
  if (ratios.length === 0) return false
  return ratios.every(({ ratio, within }) => ratio.count >= fewest && relativeWidth(ratio) <= within)
}

/**
 * After how many blocks a run may stop for the first time, so that its 95 % intervals hold in 94 of 100 runs or more, however
 * much blocks differ (normal logarithms; simulated in stopping.test.ts): three quarters of the most that it would take. From 6
 * of 15, they would in fewer than 93. Starr (The Performance of a Sequential Procedure for the Fixed-Width Interval Estimation
 * of the Mean, Annals of Mathematical Statistics 37, 1966) computes such losses; Simons (ibid. 39, 1968) mends them likewise,
 * with some blocks more than the rule asks for.
 * @param most how many blocks the run would take
 */
export const fewestBlocks = (most: number) => Math.min(most, Math.max(FEWEST, Math.ceil((most * 3) / 4)))
