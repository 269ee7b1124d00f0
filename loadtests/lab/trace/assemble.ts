import { describeMachine, describeProject, fastifyVersion } from '../compare/machine.ts'
import { commandOf, type Options } from './options.ts'
import { FORMAT, type StackResult, type TraceResult } from './result.ts'
import type { StackTrace } from './round.ts'
import type { Outcome } from './run.ts'

/** Puts together what `trace.json` holds. */
export async function assembleResult(
  options: Options,
  { traces, costs, budget, versions }: Outcome,
  { startedAt, k6 }: { startedAt: Date; k6: string },
): Promise<TraceResult> {
  return {
    format: FORMAT,
    project: await describeProject(),
    startedAt: startedAt.toISOString(),
    tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    command: commandOf(options),
    ratePerSecond: options.rate,
    seconds: options.seconds,
    seed: options.seed,
    machine: await describeMachine(),
    budget,
    versions: { node: process.versions.node, k6, fastify: await fastifyVersion(), ...versions },
    stacks: traces.map((trace) => stackResult(trace, costs)),
  }
}

function stackResult({ picks, ...trace }: StackTrace, costs: Outcome['costs']): StackResult {
  const cost = costs.find((it) => it.stack === trace.stack)
  return {
    ...trace,
    picks: picks.map(({ percentile, order }) => ({ percentile, ...order })),
    cost: cost ? { plainMs: cost.plain, tracedMs: cost.traced, ratio: cost.ratio } : null,
  }
}
