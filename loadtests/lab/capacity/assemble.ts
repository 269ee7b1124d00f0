import { describeMachine, describeProject, fastifyVersion } from '../compare/machine.ts'
import type { StackName } from '../stacks/stack.ts'
import { DISTURBED, LATE_SHARE, MOST_OF_K6 } from './judge.ts'
import type { Options } from './options.ts'
import { type CapacityResult, FORMAT, ratioOf } from './result.ts'
import type { Outcome } from './run.ts'

/** Puts together what `capacity.json` holds. */
export async function assembleResult(
  options: Options,
  { capacities, audits, budget, versions, complaints }: Outcome,
  { startedAt, k6 }: { startedAt: Date; k6: string },
): Promise<CapacityResult> {
  const { objective, seconds, repeats, seed, tolerate } = options
  const stacks = capacities.map((it, i) => ({ ...it, stack: it.stack as StackName, audit: audits[i]! }))
  const failed = stacks.flatMap(({ stack, audit }) =>
    audit.checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => `${stack}: the audit failed: ${name}. ${detail}`),
  )
  return {
    format: FORMAT,
    project: await describeProject(),
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    command: commandOf(options),
    seed,
    machine: await describeMachine(),
    budget,
    versions: { node: process.versions.node, k6, fastify: await fastifyVersion(), ...versions },
    objective,
    rules: { seconds, repeats, mostOfK6: MOST_OF_K6, lateShare: LATE_SHARE, disturbed: DISTURBED, tolerate },
    stacks,
    ratio: ratioOf(stacks),
    faults: [...failed, ...complaints.map((it) => `At the stop: ${it}`)],
  }
}

/** The command that repeats the run, with every option written out but the place of the results. */
function commandOf({
  stacks,
  objective,
  budget,
  quick,
  seconds,
  repeats,
  from,
  most,
  seed,
  tolerate,
}: Options): string {
  const options = {
    stack: stacks.length === 2 ? 'both' : stacks[0],
    objective: `${objective.p99Ms}ms`,
    budget,
    seconds,
    repeats,
    from,
    most,
    seed,
    ...(tolerate.length > 0 && { tolerate: tolerate.join(',') }),
  }
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`)
  return `npm run capacity -- ${quick ? '--quick ' : ''}${words.join(' ')}`
}
