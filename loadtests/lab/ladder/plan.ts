import { shuffle } from 'simple-statistics'
import { randomNumbers, seedOf } from '../random.ts'
import { type LoadName, type RungName, rungsOf } from './rungs.ts'

/** One turn of one rung under one load. `position` counts from 1 within the round. */
export type Turn = { round: number; position: number; load: LoadName; rung: RungName; seed: number }

/**
 * The order of the turns: in each round, every rung once under each load, in an order of its own that follows from the seed.
 * The rungs of a load that are compared stand together, so that they share what the machine did then.
 * @param has whether a rung is there
 */
export function planTurns(
  loads: LoadName[],
  rounds: number,
  seed: number,
  has: (rung: RungName) => boolean,
): Turn[] {
  return Array.from({ length: rounds }, (_, i) => {
    const random = randomNumbers(seedOf(seed, `round ${i + 1}`))
    const turns = shuffle(loads, random).flatMap((load) =>
      shuffle(rungsOf(load).filter(has), random).map((rung) => ({ load, rung })),
    )
    return turns.map((turn, place) => ({
      round: i + 1,
      position: place + 1,
      ...turn,
      // All rungs of a round make the same choices.
      seed: seed * 1000 + i,
    }))
  }).flat()
}
