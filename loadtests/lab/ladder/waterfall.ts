import { mean } from 'simple-statistics'
import { type Interval, meanInterval } from '../stats/interval.ts'
import { completeRounds, cpuOf, type Figures } from './figures.ts'
import { LADDER, type LoadName, type RungName } from './rungs.ts'

/** A rung of a waterfall: what it takes in all, and what of it the step from the rung below adds; both in milliseconds. */
export type Step = { rung: RungName; total: number; added: Interval }

/** A waterfall of one load. `steps` is empty when no round is complete. */
export type Waterfall = { load: LoadName; what: 'cpu' | 'p50'; steps: Step[]; rounds: number }

const VALUES: Record<Waterfall['what'], (figures: Figures) => number> = {
  cpu: (figures) => cpuOf(figures),
  p50: ({ p50Ms }) => p50Ms,
}

/**
 * Attributes every millisecond to a rung, from the floor up: the total of a rung is that of the rung below and what it adds.
 * Only rounds count in which every rung was measured, so that the sums are exact.
 */
export function waterfall(turns: Figures[], load: LoadName, what: Waterfall['what']): Waterfall {
  const own = turns.filter((it) => it.load === load)
  const rungs = LADDER.filter((rung) => own.some((it) => it.rung === rung))
  const columns = completeRounds(own, rungs)
  const values = rungs.map((rung) => columns[rung].map(VALUES[what]))
  const rounds = values[0]?.length ?? 0
  if (rounds === 0) return { load, what, steps: [], rounds }
  const steps = rungs.map((rung, i) => {
    const added = values[i]!.map((value, round) => value - (values[i - 1]?.[round] ?? 0))
    return { rung, total: mean(values[i]!), added: meanInterval(added) }
  })
  return { load, what, steps, rounds }
}
