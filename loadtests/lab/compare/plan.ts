import type { StackName } from '../stacks/start.ts'

/** One turn of one stack. `position` is 1 for the stack that goes first in the round. */
export type Turn = { round: number; position: number; stack: StackName; seed: number; warmUpSeed: number }

/**
 * The order in which the stacks take turns: the one that goes first in a round goes last in the next, so that a machine
 * that slows down or speeds up favours neither. In a round, both make the same choices; no two rounds make the same.
 */
export function planTurns(stacks: StackName[], rounds: number, seed: number): Turn[] {
  return Array.from({ length: rounds }, (_, i) => {
    const order = (i + seed) % 2 === 0 ? stacks.toReversed() : stacks
    const seeds = { seed: seed * 1000 + i * 2, warmUpSeed: seed * 1000 + i * 2 + 1 }
    return order.map((stack, place) => ({ round: i + 1, position: place + 1, stack, ...seeds }))
  }).flat()
}
