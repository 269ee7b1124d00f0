import { defaultOptions } from '../capacity/options.ts'
import { describeMachine, describeProject, fastifyVersion } from '../compare/machine.ts'
import type { Options } from './options.ts'
import { FORMAT, type OverloadResult } from './result.ts'
import { PATIENCE_SECONDS, QUICK_MS, RECOVERS_WITHIN_MS, SETTLES_WITHIN_MS } from './rules.ts'
import type { Outcome } from './run.ts'

/** Puts together what `overload.json` holds. */
export async function assembleResult(
  options: Options,
  { stacks, cores, versions }: Outcome,
  { startedAt, k6 }: { startedAt: Date; k6: string },
): Promise<OverloadResult> {
  const { objective, seconds: probeSeconds } = defaultOptions(true)
  return {
    format: FORMAT,
    project: await describeProject(),
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    command: commandOf(options),
    seed: options.seed,
    machine: await describeMachine(),
    cores,
    versions: { node: process.versions.node, k6, fastify: await fastifyVersion(), ...versions },
    rules: {
      patienceSeconds: PATIENCE_SECONDS,
      settlesWithinMs: SETTLES_WITHIN_MS,
      quickMs: QUICK_MS,
      objective,
      probeSeconds,
      recoversWithinMs: RECOVERS_WITHIN_MS,
    },
    stacks,
  }
}

/** The command that repeats the run, with every option written out but the place of the results. */
function commandOf({ stacks, factors, seconds, rate, seed }: Options): string {
  const options = {
    stack: stacks.length === 2 ? 'both' : stacks[0],
    factors: factors.join(','),
    seconds,
    ...(rate !== undefined && { rate }),
    seed,
  }
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`)
  return `npm run overload -- ${words.join(' ')}`
}
