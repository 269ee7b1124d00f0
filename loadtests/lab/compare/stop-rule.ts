import { fewestBlocks, isKnown } from '../stats/stopping.ts'
import { primaryRatios } from './comparison.ts'
import { countBlocks } from './counting.ts'
import type { Ending, Facts, Round, Rule } from './result.ts'
import { unitsOf } from './units.ts'

/** How well the ratios of CPU time and of the median are to be known: half the interval, as a share. */
export const WANTED = { cpu: 0.05, median: 0.1 }
/** A lone stack has no ratio that could be known. */
const BLOCKS_ALONE = 6

export type Progress = {
  rounds: Round[]
  /** Since the first block began. */
  elapsedSeconds: number
  /** What comes next is expected to take. */
  nextSeconds: number
  /** Whether a start of the processes has had all of its blocks. */
  isStartComplete: boolean
  isAsked: boolean
}

/** Why a run is over; undefined where it goes on. */
export function whyOver(facts: Facts, rule: Rule, progress: Progress): Ending['because'] | undefined {
  const { rounds, elapsedSeconds, nextSeconds, isStartComplete, isAsked } = progress
  if (isAsked) return 'asked'
  const wanted = facts.options.blocks ?? (facts.arms.length === 1 ? BLOCKS_ALONE : null)
  if (wanted !== null) return rounds.at(-1)!.block >= wanted ? 'blocks' : undefined
  if (elapsedSeconds + nextSeconds > facts.options.mostSeconds) return 'time'
  return isStartComplete && areKnown(facts, rule, progress) ? 'known' : undefined
}

function areKnown(facts: Facts, rule: Rule, { rounds, elapsedSeconds, nextSeconds }: Progress): boolean {
  const { counted } = countBlocks(rounds, facts.arms, rule)
  const { units, over } = unitsOf(counted)
  const repeated = facts.options.blocksPerStart === null ? 'blocks' : 'starts'
  const { cpu, median } = primaryRatios(facts, counted)
  if (over !== repeated || !cpu || !median) return false
  const toCome = Math.floor((facts.options.mostSeconds - elapsedSeconds) / nextSeconds)
  return isKnown(
    [
      { ratio: cpu, within: WANTED.cpu },
      { ratio: median, within: WANTED.median },
    ],
    fewestBlocks(units.length + toCome),
  )
}
