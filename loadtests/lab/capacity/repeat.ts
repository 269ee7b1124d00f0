import type { Bracket } from './bracket.ts'
import { boundsOf, type Level } from './estimate.ts'
import type { Verdict } from './probe.ts'

/** Something whose edge is looked for. */
export type Subject = { attempt(rate: number): Promise<Verdict>; bracket: Bracket & { high: number } }

export type RepeatPlan = {
  /** How often each rate is tried. */
  repeats: number
  /** The most rates that are added to those of a bracket. */
  mostAdded: number
  /** The least and the most that may be tried, in orders a second. */
  least: number
  most: number
  /** Numbers in [0, 1). */
  random: () => number
  /** Whether there is time to add rates. */
  hasTime(): boolean
}

/**
 * Tries the rates of each bracket, and the one between its ends, several times each: in passes, each with all rates of all
 * subjects in random order, so that a machine that slows down favours none (the method of constant stimuli). Where the
 * lowest rate did not hold every time, or the highest did at least once, rates are added beyond it, at steps that double.
 * @returns for each subject its rates, rising
 */
export async function repeatNearEdge(subjects: Subject[], plan: RepeatPlan): Promise<Level[][]> {
  const tracks = subjects.map(({ attempt, bracket: { low, high } }) => {
    const rates = [...new Set([low, Math.round(Math.sqrt(low * high)), high])]
    return { attempt, step: (high / low) ** (1 / 2), levels: rates.map(untried), added: 0 }
  })
  let due = tracks.map(({ levels }) => levels)
  while (due.some((levels) => levels.length > 0)) {
    await tryAll(
      tracks.map(({ attempt }, i) => ({ attempt, levels: due[i]! })),
      plan,
    )
    due = tracks.map((track) => {
      const isDone = track.added >= plan.mostAdded || !plan.hasTime()
      const levels = isDone ? [] : ratesToAdd(track, plan).map(untried)
      track.levels = [...track.levels, ...levels].sort((a, b) => a.rate - b.rate)
      track.added += levels.length
      return levels
    })
  }
  return tracks.map(({ levels }) => levels.filter(({ of }) => of > 0))
}

const untried = (rate: number): Level => ({ rate, held: 0, of: 0 })

type Due = { attempt: Subject['attempt']; levels: Level[] }

async function tryAll(due: Due[], { repeats, random }: RepeatPlan) {
  const all = due.flatMap(({ attempt, levels }) => levels.map((level) => ({ attempt, level })))
  for (let pass = 0; pass < repeats; pass++) {
    for (const { attempt, level } of shuffled(all, random)) {
      const verdict = await attempt(level.rate)
      if (verdict === 'void') continue
      level.of++
      if (verdict === 'held') level.held++
    }
  }
}

type Track = { step: number; levels: Level[]; added: number }

/** The next rate on each side that is still open; none where the last one could not be judged. */
function ratesToAdd({ step, levels, added }: Track, { least, most }: RepeatPlan): number[] {
  const { low, high } = boundsOf(levels)
  const [first, last] = [levels[0]!, levels.at(-1)!]
  const factor = Math.max(step, 1.02) ** (2 ** added)
  const rates: number[] = []
  if (low === null && first.of > 0 && first.rate > least)
    rates.push(Math.max(least, Math.min(first.rate - 1, Math.round(first.rate / factor))))
  if (high === null && last.of > 0 && last.rate < most)
    rates.push(Math.min(most, Math.max(last.rate + 1, Math.round(last.rate * factor))))
  return rates
}

/** Fisher and Yates. */
function shuffled<T>(items: T[], random: () => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
