import { UserError } from '../infra/user-error.ts'
import { randomNumbers } from '../random.ts'
import { type BracketLimits, findBracket } from './bracket.ts'
import { capacityOf, type Estimate } from './estimate.ts'
import { TRIES, untilJudged, type Verdict, verdictOf } from './judge.ts'
import { type Loadable, offerOrders, type ProbePlan } from './offer.ts'
import type { Phase, Probe } from './probe.ts'
import { levelsOf } from './rates.ts'
import { repeatNearEdge, type Subject } from './repeat.ts'

export type CapacityOptions = Pick<
  ProbePlan,
  'secret' | 'objective' | 'dir' | 'laboratory' | 'budget' | 'tolerate' | 'seconds' | 'seed'
> & {
  /** Where the search begins and ends, in orders a second. */
  limits: BracketLimits
  /** How often each rate near the edge is tried. */
  repeats: number
  /** No rates are added above those near the edge from this moment on, in milliseconds since 1970. */
  deadline: number
  /** Whether somebody wants the search to end: the probe under way is the last. */
  isEnded?: () => boolean
}

export type Capacity = Estimate & { stack: string; probes: Probe[] }

const MOST_ADDED = 4
/** Just-in-time compilation is not what is to be measured. */
const WARM_UP = { rate: 100, seconds: 5 }

/**
 * Measures the highest arrival rates that stacks hold within an objective, one stack under load at a time: first a bracket
 * for each, then the rates near the edges, those of all stacks in random order. A probe that is void is repeated, and when it
 * is void each time, its rate counts as not held while the bracket is sought, and bounds nothing afterwards. However much
 * disturbs, there is an answer, if only that nothing is known.
 * @param stacks that run, seeded, and have their processor budget
 * @param say is told each probe and what it said
 * @throws UserError when k6 cannot run, or the processor budget is not kept
 */
export async function measureCapacity(
  stacks: Loadable[],
  options: CapacityOptions,
  say: (what: string) => void,
): Promise<Capacity[]> {
  const { limits, repeats, seed, deadline, isEnded = () => false } = options
  const searches = stacks.map((stack): Search => ({ stack, probes: [], options, say }))
  const subjects: Subject[] = []
  for (const search of searches) {
    if (!isEnded()) await warmUp(search)
    const attempt = (rate: number) => untilJudged(() => probe(search, 'bracket', rate), isEnded)
    const bracket = await findBracket(attempt, limits)
    subjects.push({ probe: (rate) => probe(search, 'repeat', rate), bracket })
  }
  const levels = await repeatNearEdge(subjects, {
    repeats,
    mostAdded: MOST_ADDED,
    least: limits.least,
    most: limits.most,
    random: randomNumbers(seed),
    hasTime: () => Date.now() < deadline,
    isEnded,
  })
  return searches.map(({ stack, probes }, i) => {
    const repeated = levels[i]!
    // Where it was ended before, what led there is all there is.
    const known = repeated.length > 0 ? repeated : levelsOf({ probes })
    return { stack: stack.name, ...capacityOf(known, limits.least), probes }
  })
}

/** A stack, and what was seen of it so far. */
type Search = {
  stack: Loadable
  probes: Probe[]
  options: CapacityOptions
  say(what: string): void
}

const warmUp = (search: Search) =>
  probe(search, 'warm-up', Math.min(WARM_UP.rate, search.options.limits.most), WARM_UP.seconds)

async function probe(
  { stack, probes, options, say }: Search,
  phase: Phase,
  ratePerSecond: number,
  atMostSeconds = Infinity,
): Promise<Verdict> {
  const seconds = Math.min(atMostSeconds, options.seconds)
  say(`${stack.name}, ${ratePerSecond} orders a second`)
  const seed = options.seed * 1000 + probes.length
  const seen = await offerOrders(stack, { ...options, phase, ratePerSecond, seconds, seed })
  probes.push(seen)
  say(`${stack.name}, ${ratePerSecond} orders a second: ${outcomeOf(seen)}`)
  refuseMisplaced(probes.slice(-TRIES))
  return verdictOf(seen)
}

/** What is not where it belongs does not come back by itself. */
function refuseMisplaced(latest: Probe[]) {
  const reasons = latest.flatMap((it) => it.void.find(({ kind }) => kind === 'budget') ?? [])
  if (reasons.length < TRIES) return
  const error = new UserError(`${capital(reasons.at(-1)!.why)}. Does something else move processes?`)
  error.exitCode = 1
  throw error
}

function outcomeOf({ settled, failures, void: reasons }: Probe): string {
  if (reasons.length > 0) return `void, ${reasons[0]!.why}`
  return failures.length > 0 ? failures[0]!.why : `held, p99 ${Math.round(settled!.p99Ms)} ms`
}

const capital = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`
