import { setTimeout as delay } from 'node:timers/promises'
import { randomNumbers, seedOf } from '../../random.ts'
import type { Preload, ProcessName, StackName } from '../../stacks/stack.ts'
import type { Fault, FaultContext, FaultSetup } from '../fault.ts'
import { together } from '../inside/preload.ts'

/** When each fault of a round comes, and how long it lasts if it does not say so: drawn between these, in milliseconds. */
const COMES = { from: 0, to: 4_000 }
const LASTS = { from: 1_000, to: 6_000 }
/** A fault that says how long it lasts lasts so many times that. */
const STRETCHED = { from: 0.4, to: 1.4 }
const LOAD = { rate: 40, durationMs: 12_000, deadlineMs: 45_000 }
/** What two faults did may have to be found by looking. */
const QUIET_WITHIN_MS = 60_000

type Span = { from: number; to: number }

/** Whether a fault can be one of several at a time. */
export const canBeCombined = ({ alone, start, inject }: Fault) => !alone && !start && inject !== undefined

/** Whether two faults leave each other what they need. */
export function canMeet(one: Fault, other: Fault): boolean {
  const isFree = ({ holds = [] }: Fault, { holds: taken = [], needs = [] }: Fault) =>
    !holds.some((it) => taken.includes(it) || needs.includes(it))
  return one.name !== other.name && isFree(one, other) && isFree(other, one)
}

/**
 * Draws two faults that can meet.
 * @param faults those that can be combined, each with the stacks that were asked for
 */
export function drawPair(faults: Fault[], seed: number): { stack: StackName; pair: [Fault, Fault] } {
  const random = randomNumbers(seedOf(seed, 'chaos'))
  const pick = <T>(from: T[]) => from[Math.floor(random() * from.length)]!
  for (;;) {
    const one = pick(faults)
    const stack = pick(one.stacks)
    const others = faults.filter((it) => it.stacks.includes(stack) && canMeet(one, it))
    if (others.length > 0) return { stack, pair: [one, pick(others)] }
  }
}

/** Makes one fault of two: each comes at its own moment, lasts as long as is drawn, and is healed for itself. */
export function combine(stack: StackName, pair: [Fault, Fault], seed: number): Fault {
  const expects = pair.map(({ expect }) => expect ?? {})
  return {
    name: pair.map(({ name }) => name).join('+'),
    title: pair.map(({ title }) => title).join('; and '),
    stacks: [stack],
    setup: combineSetups(pair),
    // That a part goes on, or that no request fails, holds for one fault at a time alone.
    expect: {
      dead: expects.reduce((sum, { dead = 0 }) => sum + dead, 0),
      complaints: expects.flatMap(({ complaints = [] }) => complaints),
    },
    async inject(context) {
      await Promise.all(pair.map((fault) => bringAbout(fault, context, seed)))
      return undefined
    },
  }
}

async function bringAbout(fault: Fault, context: FaultContext, seed: number): Promise<void> {
  const random = randomNumbers(seedOf(seed, `chaos ${fault.name}`))
  const between = ({ from, to }: Span) => from + random() * (to - from)
  const own: FaultContext = {
    ...context,
    random,
    note: (what) => context.note(`${fault.name}: ${what}`),
    // The other fault may have left nothing to break.
    ineffective: (what) => context.note(`${fault.name} was not in force: ${what}`),
  }
  await delay(between(COMES))
  own.note('inject')
  const heal = await fault.inject!(own)
  if (!heal) return
  const { lastsMs } = fault
  const drawn = typeof lastsMs === 'function' ? lastsMs(random) : lastsMs
  await delay(drawn ? drawn * between(STRETCHED) : between(LASTS))
  own.note('heal')
  await heal()
}

function combineSetups(pair: [Fault, Fault]): FaultSetup {
  const setups = pair.map(({ setup }) => setup ?? {})
  const limits = setups.flatMap(({ queueLimit }) => queueLimit ?? [])
  const load = pair.find(({ holds }) => holds?.includes('load'))?.setup?.load
  return {
    replicas: most(setups.map(({ replicas }) => replicas)),
    spares: most(setups.map(({ spares }) => spares)),
    links: [...new Set(setups.flatMap(({ links = [] }) => links))],
    preload: (name, kind) => allOf(setups.map(({ preload }) => preload?.(name, kind))),
    env: (name, kind) => Object.assign({}, ...setups.map(({ env }) => env?.(name, kind))),
    ownInfra: setups.some(({ ownInfra }) => ownInfra),
    untapped: setups.some(({ untapped }) => untapped),
    ...(limits.length > 0 && { queueLimit: Math.min(...limits) }),
    load: { ...LOAD, ...load },
    quietWithinMs: QUIET_WITHIN_MS,
  }
}

type Counts = Partial<Record<ProcessName, number>>

function most(counts: (Counts | undefined)[]): Counts {
  const all: Counts = {}
  for (const [kind, count] of counts.flatMap((it) => Object.entries(it ?? {}) as [ProcessName, number][]))
    all[kind] = Math.max(all[kind] ?? 0, count)
  return all
}

const allOf = (preloads: (Preload | undefined)[]): Preload | undefined =>
  preloads
    .filter((it) => it !== undefined)
    .reduce<Preload | undefined>((sum, it) => (sum ? together(sum, it) : it), undefined)
