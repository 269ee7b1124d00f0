import type { PriceSheet } from '../cost/prices.ts'
import { describeEnvironment } from '../infra/environment.ts'
import type { PlacedArm } from './arms.ts'
import { describeFairness } from './fairness.ts'
import { describeMachine, describeProject, fastifyVersion } from './machine.ts'
import type { Options } from './options.ts'
import { type Facts, FORMAT, type RateTry } from './result.ts'
import { CATALOGUE, type Session } from './session.ts'

type Known = { options: Options; arms: PlacedArm[]; startedAt: Date; k6: string; prices: PriceSheet }

/** Puts together what is known of a run when its first block begins. */
export async function describeRun(
  { options, arms, startedAt, k6, prices }: Known,
  { backend, budget }: Session,
  { rate, tries }: { rate: number; tries: RateTry[] },
): Promise<Facts> {
  const { title, work, unit, latencies } = options.scenario
  return {
    format: FORMAT,
    project: await describeProject(),
    startedAt: startedAt.toISOString(),
    command: commandOf(options, rate),
    options: optionsOf(options, rate),
    rateTries: tries,
    fairness: await describeFairness(backend, budget),
    scenario: { title, work, unit, latencies: latencies.map(({ id, title }) => ({ id, title })) },
    prices,
    machine: await describeMachine(),
    versions: {
      node: process.versions.node,
      k6,
      fastify: await fastifyVersion(),
      ...backend.versions,
    },
    environment: { description: backend.description, catalogue: CATALOGUE, ...describeEnvironment() },
    arms: arms.map(({ name, stack, commit }, i) => {
      const { processes, unmeasured } = backend.targets[i]!
      return { name, stack, commit, processes, unmeasured }
    }),
  }
}

function optionsOf(options: Options, rate: number): Facts['options'] {
  const { scenario, stacks, against, blocks, time, lead, duration, blocksPerStart } = options
  const { seed, orderSeed, quick, via } = options
  return {
    scenario: scenario.name,
    stacks,
    against: against ?? null,
    blocks: blocks ?? null,
    mostSeconds: time,
    leadSeconds: lead,
    durationSeconds: duration,
    blocksPerStart,
    ratePerSecond: rate,
    isRateGiven: options.rate !== undefined,
    seed,
    orderSeed,
    quick,
    via,
  }
}

/** The command that repeats the run at the same rate, with every option written out. */
function commandOf(options: Options, rate: number): string {
  const { scenario, stacks, against, blocks, time, lead, duration, seed, orderSeed } = options
  const { quick, via, budget, strict, tolerate } = options
  const given = {
    scenario: scenario.name,
    stacks: stacks.join(','),
    ...(against !== undefined && { against }),
    ...(blocks === undefined ? { time: `${time}s` } : { blocks }),
    lead: `${lead}s`,
    duration: `${duration}s`,
    rate,
    seed,
    'order-seed': orderSeed,
    ...(via === 'docker' && { via }),
    ...(budget !== 'fair' && { budget }),
    ...(tolerate.length > 0 && { tolerate: tolerate.join(',') }),
  }
  const flags = [quick && '--quick', strict && '--strict'].filter((it) => it !== false)
  const words = Object.entries(given).map(([name, value]) => `--${name} ${value}`)
  return `npm run compare -- ${[...flags, ...words].join(' ')}`
}
