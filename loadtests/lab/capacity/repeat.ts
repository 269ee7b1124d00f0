import { shuffle } from 'simple-statistics'
import type { Bracket } from './bracket.ts'
import { boundsOf, type Level } from './estimate.ts'
import { TRIES, untilJudged, type Verdict } from './judge.ts'

/** Something whose edge is looked for. */
export type Subject = { probe(rate: number): Promise<Verdict>; bracket: Bracket }

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
  /** Whether there is time to add rates above. Below it is taken: that something holds is what is certain of a capacity. */
  hasTime(): boolean
  /** Whether to end at once. */
  isEnded(): boolean
}

/**
 * Tries the rates of each bracket, and the one between its ends, several times each: in passes, each with all rates of all
 * subjects in random order, so that a machine that slows down favours none (the method of constant stimuli). Where the
 * lowest rate did not hold every time, or the highest did at least once, rates are added beyond it, at steps that double.
 * @returns for each subject its rates, rising
 */
export async function repeatNearEdge(subjects: Subject[], plan: RepeatPlan): Promise<Level[][]> {
  const tracks = subjects.map(({ probe, bracket }) => {
    const rates = ratesOf(bracket)
    const step = rates.length > 1 ? (rates.at(-1)! / rates[0]!) ** (1 / 2) : FIRST_STEP
    return { probe, step, levels: rates.map(untried), added: 0 }
  })
  let due = tracks.map(({ levels }) => levels)
  while (due.some((levels) => levels.length > 0)) {
    await tryAll(
      tracks.map(({ probe }, i) => ({ probe, levels: due[i]! })),
      plan,
    )
    due = tracks.map((track) => {
      const isDone = track.added >= plan.mostAdded || plan.isEnded()
      const levels = isDone ? [] : ratesToAdd(track, plan).map(untried)
      track.levels = [...track.levels, ...levels].sort((a, b) => a.rate - b.rate)
      track.added += levels.length
      return levels
    })
  }
  return tracks.map(({ levels }) => levels.filter((it) => it.of + it.void > 0))
}

/** Where a bracket has one end alone. */
const FIRST_STEP = Math.SQRT2

function ratesOf({ low, high }: Bracket): number[] {
  if (high === null) return [low]
  return low === 0 ? [high] : [...new Set([low, Math.round(Math.sqrt(low * high)), high])]
}

const untried = (rate: number): Level => ({ rate, held: 0, of: 0, void: 0 })

type Due = { probe: Subject['probe']; levels: Level[] }

async function tryAll(due: Due[], { repeats, random, isEnded }: RepeatPlan) {
  const all = due.flatMap(({ probe, levels }) => levels.map((level) => ({ probe, level })))
  for (let pass = 0; pass < repeats; pass++) {
    for (const { probe, level } of shuffle(all, random)) {
      if (!isHopeless(level)) await untilJudged(async () => count(level, await probe(level.rate)), isEnded)
    }
  }
}

/** Nothing was learned of it, as often as it was tried. */
const isHopeless = (level: Level) => level.of === 0 && level.void >= TRIES

function count(level: Level, verdict: Verdict): Verdict {
  if (verdict === 'void') level.void++
  else level.of++
  if (verdict === 'held') level.held++
  return verdict
}

type Track = { step: number; levels: Level[]; added: number }

/** The next rate on each side that is still open; none above one that could not be judged: more load makes that no easier. */
function ratesToAdd({ step, levels, added }: Track, { least, most, hasTime }: RepeatPlan): number[] {
  const { low, high } = boundsOf(levels)
  const [first, last] = [levels[0]!, levels.at(-1)!]
  const factor = Math.max(step, 1.02) ** (2 ** added)
  const rates: number[] = []
  if (low === null && first.rate > least)
    rates.push(Math.max(least, Math.min(first.rate - 1, Math.round(first.rate / factor))))
  if (high === null && last.of > 0 && last.rate < most && hasTime())
    rates.push(Math.min(most, Math.max(last.rate + 1, Math.round(last.rate * factor))))
  return rates
}
