import { randomNumbers, seedOf } from '../random.ts'
import type { Arm } from './arms.ts'

/** One measurement to be made. */
export type Turn = { block: number; position: number; arm: Arm; seed: number }

const MIRRORED = [
  [0, 1, 1, 0],
  [1, 0, 0, 1],
] as const

/**
 * One block: A B B A or B A A B. Each arm follows the other as often as itself, a drift of the machine within the block
 * cancels, and each arm is measured twice, so that the block says as well how far the same thing differs from itself. Of two
 * blocks that follow each other one is the mirror image of the other, and which comes first is drawn. All rounds of a block
 * make the same choices; no two blocks make the same.
 * @param arms one, which is then measured twice, or two
 * @param block its number, from 1
 * @param seeds of the work, and of the order
 */
export function planBlock(arms: Arm[], block: number, seeds: { work: number; order: number }): Turn[] {
  const seed = seeds.work * 1000 + block
  const order = arms.length === 1 ? [0, 0] : orderOf(block, seeds.order)
  return order.map((arm, place) => ({ block, position: place + 1, arm: arms[arm]!, seed }))
}

function orderOf(block: number, seed: number): readonly number[] {
  const pair = Math.ceil(block / 2)
  const first = randomNumbers(seedOf(seed, `pair ${pair}`))() < 0.5 ? 0 : 1
  const isSecond = block % 2 === 0
  return MIRRORED[isSecond ? 1 - first : first]!
}
