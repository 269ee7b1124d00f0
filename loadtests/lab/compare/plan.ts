import { randomNumbers, seedOf } from '../random.ts'
import type { StackName } from '../stacks/start.ts'

/**
 * One measurement of one stack. `position` is its place in the block, from 1; `isControl` marks the second measurement of a
 * stack, which is held against its first.
 */
export type Turn = {
  round: number
  position: number
  stack: StackName
  isControl: boolean
  seed: number
  warmUpSeed: number
}

/**
 * One block: each stack once, and the first of two stacks once more as the control, in random order, so that nothing that
 * comes and goes with time favours a place. All measurements of a block make the same choices; no two blocks make the same.
 * @param round the block's number, from 1
 */
export function planBlock(stacks: StackName[], round: number, seed: number): Turn[] {
  const arms = stacks.map((stack) => ({ stack, isControl: false }))
  if (stacks.length > 1) arms.push({ stack: stacks[0]!, isControl: true })
  const seeds = { seed: seed * 1000 + round * 2, warmUpSeed: seed * 1000 + round * 2 + 1 }
  return shuffled(arms, randomNumbers(seedOf(seed, `block ${round}`))).map((arm, place) => ({
    round,
    position: place + 1,
    ...arm,
    ...seeds,
  }))
}

/** Fisher and Yates's shuffle. */
function shuffled<T>(items: T[], random: () => number): T[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
