import { describeMachine, describeProject, fastifyVersion } from '../compare/machine.ts'
import { DISTURBED } from '../sample/window.ts'
import type { StackName } from '../stacks/stack.ts'
import { LATE_SHARE, MOST_OF_K6 } from './disturbances.ts'
import type { Options } from './options.ts'
import { doubtsOf, notJudged } from './report/doubts.ts'
import { type CapacityResult, FORMAT, ratioOf, type StackCapacity } from './result.ts'
import type { Outcome } from './run.ts'

/** Puts together what `capacity.json` holds. */
export async function assembleResult(
  options: Options,
  { capacities, audits, budget, versions, complaints, endedByHand }: Outcome,
  { startedAt, k6 }: { startedAt: Date; k6: string },
): Promise<CapacityResult> {
  const { objective, seconds, repeats, seed, tolerate, strict } = options
  const stacks = capacities.map((it, i) => ({ ...it, stack: it.stack as StackName, audit: audits[i]! }))
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
    rules: {
      seconds,
      repeats,
      mostOfK6: MOST_OF_K6,
      lateShare: LATE_SHARE,
      disturbed: DISTURBED,
      tolerate,
      strict,
    },
    stacks,
    endedByHand,
    ratio: ratioOf(stacks),
    faults: [
      ...stacks.flatMap((it) => [...failedChecks(it), ...notJudged(it)]),
      ...complaints.map((it) => `At the stop: ${it}`),
    ],
    refusals: strict ? stacks.flatMap((it) => doubtsOf(it).map((doubt) => `${it.stack}: ${doubt}`)) : [],
  }
}

const failedChecks = ({ stack, audit }: StackCapacity): string[] =>
  audit.checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => `${stack}: the audit failed: ${name}. ${detail}`)

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
  strict,
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
  const flags = [quick && '--quick', strict && '--strict'].filter((it) => it !== false)
  return `npm run capacity -- ${[...flags, ...words].join(' ')}`
}
