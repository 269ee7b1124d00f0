import { LEAST_UNITS } from '../stats/ratio.ts'
import type { Result, Round } from './result.ts'

/** What intervals are over: the rounds of one start of the processes, or of one block. */
export type Unit = Round[]

/**
 * Rounds that belong together. Figures of blocks on one start are alike for more reasons than that the stack is the same: its
 * code was compiled once, its memory laid out once. So the starts are what repeats, where there are enough of them.
 */
export function unitsOf(rounds: Round[]): { units: Unit[]; over: Result['intervalsOver'] } {
  const starts = groupsOf(rounds, ({ start }) => start)
  if (starts.length >= LEAST_UNITS) return { units: starts, over: 'starts' }
  return { units: groupsOf(rounds, ({ block }) => block), over: 'blocks' }
}

/** The rounds of an arm in a unit. */
export const ofArm = (unit: Unit, arm: string): Round[] => unit.filter((it) => it.arm === arm)

const groupsOf = (rounds: Round[], keyOf: (round: Round) => number): Unit[] => [
  ...Map.groupBy(rounds, keyOf).values(),
]
