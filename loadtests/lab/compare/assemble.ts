import type { PriceSheet } from '../cost/prices.ts'
import type { MemoryMeasure } from '../sample/reader.ts'
import { compareRounds } from './comparison.ts'
import { describeMachine, describeProject, fastifyVersion } from './machine.ts'
import type { Options } from './options.ts'
import { FORMAT, type Result } from './result.ts'
import { CATALOGUE, type Outcome } from './run.ts'
import { countedRounds, faultsOf } from './verdict.ts'

/** Puts together what `result.json` holds. */
export async function assembleResult(
  options: Options,
  outcome: Outcome,
  { startedAt, k6, prices }: { startedAt: Date; k6: string; prices: PriceSheet },
): Promise<Result> {
  const { backend, measured, audit, complaints, fairness } = outcome
  const { title, work, unit, latencies } = options.scenario
  const rounds = measured.map(({ round }) => round)
  const facts = {
    options: optionsOf(options),
    scenario: { title, work, unit, latencies: latencies.map(({ id, title }) => ({ id, title })) },
    stacks: backend.targets.map(({ name, processes, unmeasured }) => ({ name, processes, unmeasured })),
    rounds,
    audit,
    fairness,
    prices,
    blocks: countedRounds(rounds).blocks,
  }
  const reasons = [...faultsOf(facts), ...complaints.map((it) => `At the stop: ${it}`)]
  return {
    format: FORMAT,
    project: await describeProject(),
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    command: commandOf(options),
    machine: await describeMachine(),
    versions: {
      node: process.versions.node,
      k6,
      fastify: await fastifyVersion(),
      ...backend.versions,
    },
    environment: {
      description: backend.description,
      memoryMeasure: inAll(measured.flatMap(({ memoryMeasures }) => memoryMeasures)),
      catalogue: CATALOGUE,
    },
    ...facts,
    verdict: { valid: reasons.length === 0, reasons },
    comparison: reasons.length === 0 ? compareRounds(facts) : null,
  }
}

function optionsOf(options: Options): Result['options'] {
  const { scenario, stacks, rounds, duration, warmUp, rate, seed, quick, via, tolerate } = options
  return {
    scenario: scenario.name,
    stacks,
    rounds,
    durationSeconds: duration,
    warmUpSeconds: warmUp,
    ratePerSecond: rate,
    seed,
    quick,
    via,
    tolerate,
  }
}

/** Control groups count a page once, as PSS does. */
function inAll(measures: MemoryMeasure[]): MemoryMeasure | 'mixed' {
  return new Set(measures).size > 1 ? 'mixed' : (measures[0] ?? 'PSS')
}

/** The command that repeats the run, with every option written out. */
function commandOf({
  scenario,
  stacks,
  rounds,
  duration,
  warmUp,
  rate,
  seed,
  via,
  budget,
  tolerate,
}: Options): string {
  const options = {
    scenario: scenario.name,
    stacks: stacks.join(','),
    rounds,
    duration: `${duration}s`,
    'warm-up': `${warmUp}s`,
    rate,
    seed,
    ...(via === 'docker' && { via }),
    ...(budget !== 'fair' && { budget }),
    ...(tolerate.length > 0 && { tolerate: tolerate.join(',') }),
  }
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`)
  return `npm run compare -- ${words.join(' ')}`
}
