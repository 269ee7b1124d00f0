import { UserError } from '../infra/user-error.ts'
import { randomNumbers } from '../random.ts'
import { type BracketLimits, findBracket } from './bracket.ts'
import { type Estimate, estimateEdge } from './estimate.ts'
import { DISTURBED } from './judge.ts'
import { type Loadable, type Offer, offerOrders } from './offer.ts'
import { isJudged, type Phase, type Probe, untilJudged, verdictOf } from './probe.ts'
import { repeatNearEdge, type Subject } from './repeat.ts'

export type CapacityOptions = Pick<
  Offer,
  'secret' | 'objective' | 'dir' | 'laboratory' | 'budget' | 'tolerate' | 'seconds' | 'seed'
> & {
  /** Where the search begins and ends, in orders a second. */
  limits: BracketLimits
  /** How often each rate near the edge is tried. */
  repeats: number
  /** No rates are added near the edge from this moment on, in milliseconds since 1970. */
  deadline: number
}

/** `perSecond` is the rate that holds in half of the probes, or the highest that held when none failed; 0 when none did. */
export type Capacity = Estimate & { stack: string; probes: Probe[] }

const MOST_ADDED = 4
/** Just-in-time compilation is not what is to be measured. */
const WARM_UP = { rate: 100, seconds: 5 }

/** How much of it a quick search does. */
export const FULL = { seconds: 5, halvings: 2, repeats: 3 }
export const QUICK = { seconds: 3, halvings: 1, repeats: 2 }

/**
 * Measures the highest arrival rates that stacks hold within an objective, one stack under load at a time: first a bracket
 * for each, then the rates near the edges, those of all stacks in random order. A probe that is void is repeated, and when it
 * is void each time for k6's sake, its rate counts as not held while the bracket is sought, and does not count afterwards.
 * @param stacks that run, seeded, and have their processor budget
 * @param say is told each probe and what it said
 * @throws UserError when k6 cannot run, or the machine is too busy to measure
 */
export async function measureCapacity(
  stacks: Loadable[],
  options: CapacityOptions,
  say: (what: string) => void,
): Promise<Capacity[]> {
  const searches = stacks.map((stack) => startSearch(stack, options, say))
  for (const search of searches) await search.bracket()
  const open = searches.flatMap((it) => it.subject() ?? [])
  const levels = await repeatNearEdge(open, {
    repeats: options.repeats,
    mostAdded: MOST_ADDED,
    least: options.limits.least,
    most: options.limits.most,
    random: randomNumbers(options.seed),
    hasTime: () => Date.now() < options.deadline,
  })
  return searches.map(({ name, probes, found, subject }) => {
    const own = levels[open.indexOf(subject()!)] ?? []
    return { stack: name, ...(own.length > 0 ? estimateEdge(own) : found()), probes }
  })
}

function startSearch(stack: Loadable, options: CapacityOptions, say: (what: string) => void) {
  const { limits, seed, seconds, tolerate } = options
  const probes: Probe[] = []
  const once = async (phase: Phase, ratePerSecond: number, seconds: number) => {
    const turn = { phase, ratePerSecond, seconds, seed: seed * 1000 + probes.length }
    say(`${stack.name}, ${ratePerSecond} orders a second`)
    const probe = await offerOrders(stack, { ...options, ...turn })
    probes.push(probe)
    say(`${stack.name}, ${ratePerSecond} orders a second: ${outcomeOf(probe)}`)
    return verdictOf(probe)
  }
  const attempt = async (phase: Phase, rate: number) => {
    const verdict = await untilJudged(() => once(phase, rate, seconds))
    if (verdict === 'void' && phase === 'bracket' && !tolerate?.includes('company'))
      refuseBusy(probes.at(-1)!)
    return verdict
  }
  let found: Estimate = { perSecond: 0, low: 0, high: null }
  let subject: Subject | undefined
  return {
    name: stack.name,
    probes,
    bracket: async () => {
      await once('warm-up', Math.min(WARM_UP.rate, limits.most), Math.min(WARM_UP.seconds, seconds))
      const { low, high } = await findBracket((rate) => attempt('bracket', rate), limits)
      if (low === 0) refuseVoid(probes)
      found = { perSecond: low, low, high: high !== null && isJudged(probes, high) ? high : null }
      if (low > 0 && high !== null)
        subject = { attempt: (rate) => attempt('repeat', rate), bracket: { low, high } }
    },
    /** What to repeat; undefined when nothing held, or everything did. */
    subject: () => subject,
    /** What is known without repeats. */
    found: () => found,
  }
}

/** Where others take the machine, the search would end wherever they pause. */
function refuseBusy({ otherCpuShare, void: reasons }: Probe) {
  if (otherCpuShare >= DISTURBED) throw failure(`The machine is too busy to measure: ${reasons.join('; ')}.`)
}

/** That nothing held is a finding only where something was judged. */
function refuseVoid(probes: Probe[]) {
  const sought = probes.filter(({ phase }) => phase === 'bracket')
  if (sought.every((it) => verdictOf(it) === 'void'))
    throw failure(`Every probe was void, at the last because ${sought.at(-1)!.void[0]}.`)
}

function failure(what: string): UserError {
  const error = new UserError(`${what} Close other programs and run again, or see --tolerate.`)
  error.exitCode = 1
  return error
}

function outcomeOf({ settled, failures, void: reasons }: Probe): string {
  if (reasons.length > 0) return `void, ${reasons[0]}`
  return failures.length > 0 ? failures[0]! : `held, p99 ${Math.round(settled!.p99Ms)} ms`
}
