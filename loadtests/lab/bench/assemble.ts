import { describeMachine, describeProject, fastifyVersion } from '../compare/machine.ts'
import { waterfall } from '../ladder/waterfall.ts'
import { rowsOf } from './aims.ts'
import type { Options } from './options.ts'
import { type BenchResult, FORMAT } from './result.ts'
import type { Outcome } from './run.ts'

/** Puts together what `bench.json` holds. */
export async function assembleResult(
  options: Options,
  outcome: Outcome,
  { startedAt, k6 }: { startedAt: Date; k6: string },
): Promise<BenchResult> {
  const { loads, rounds, seconds, seed, tolerate } = options
  const { rates, versions, turns, capacities, ...rest } = outcome
  return {
    format: FORMAT,
    project: await describeProject(),
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    command: commandOf(options),
    options: { loads, rounds, seconds, rates, seed, tolerate },
    machine: await describeMachine(),
    versions: { node: process.versions.node, k6, fastify: await fastifyVersion(), ...versions },
    turns,
    capacities,
    rows: rowsOf(turns, capacities, rates.checkout),
    waterfalls: loads.flatMap((load) => [waterfall(turns, load, 'cpu'), waterfall(turns, load, 'p50')]),
    ...rest,
  }
}

/** The command that repeats the run, with every option written out but the place of the results. */
function commandOf({ loads, rounds, seconds, rate, readRate, seed, quick, tolerate }: Options): string {
  const options = {
    ...(loads.length === 1 && { load: loads[0] }),
    rounds,
    seconds,
    ...(rate !== undefined && { rate }),
    'read-rate': readRate,
    seed,
    ...(tolerate.length > 0 && { tolerate: tolerate.join(',') }),
  }
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`)
  return `npm run bench -- ${quick ? '--quick ' : ''}${words.join(' ')}`
}
