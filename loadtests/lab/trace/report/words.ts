import { mean } from 'simple-statistics'
import { figure, ratioText } from '../../report/format.ts'
import { verdicts } from '../../stats/verdicts.ts'
import { PART_NAMES, sharesOf } from '../parts.ts'
import type { StackResult, TraceResult } from '../result.ts'

/** The report in one line. */
export function headline({ stacks }: TraceResult): string {
  const medians = stacks.flatMap(({ stack, picks }) =>
    picks
      .filter(({ percentile }) => percentile === 50)
      .map(({ settledMs }) => `${figure(settledMs)} ms in the ${stack}`),
  )
  return `Where the time goes: a median order settles in ${medians.join(', ')}`
}

/** Rows of: process, what, milliseconds, share of the order's time. */
export function shareRows({ spans, settledMs }: StackResult['picks'][number]): string[][] {
  return sharesOf(spans).map(({ service, part, ms }) => [
    service,
    PART_NAMES[part],
    figure(ms),
    `${Math.round((100 * ms) / settledMs)} %`,
  ])
}

export const COST_HEAD = ['', 'without spans', 'with a span for everything', 'with / without, 95 % interval']

/** Rows as `COST_HEAD` says, of the stacks whose cost was measured. Verdicts are for all of them at once. */
export function costRows({ stacks }: TraceResult): string[][] {
  const costs = stacks.flatMap(({ stack, cost }) => (cost ? [{ stack, ...cost }] : []))
  const told = verdicts(costs.map(({ ratio }) => ratio))
  return costs.map(({ stack, plainMs, tracedMs, ratio }, i) => [
    stack,
    `${figure(mean(plainMs))} ms`,
    `${figure(mean(tracedMs))} ms`,
    ratio && told[i] === 'cannot tell' ? `cannot tell: ${ratioText(ratio)}` : ratioText(ratio),
  ])
}

/** How it was measured, a sentence each. */
export function method({ stacks, ratePerSecond, seconds, budget }: TraceResult): string[] {
  const followed = stacks.map(
    ({ stack, orders, incomplete }) =>
      `${stack}: ${orders} orders${incomplete > 0 ? `, and ${incomplete} whose trace did not arrive whole` : ''}`,
  )
  return [
    `k6 placed ${ratePerSecond} orders a second for ${seconds} s after a warm-up, and every second buyer waited until the order had settled. Followed until then: ${followed.join('; ')}. Shown are those at the median and at p99 of that time by nearest rank, from the first process’s request to its answer.`,
    'Every process recorded a span for all that it did (OTEL_TRACES_SAMPLER_ARG=1). That costs time as well: the milliseconds here are longer than those of a run without spans.',
    'Each moment is counted for the span that began last of those that are open then. Time in a call or a message is what nobody else accounts for: the way there and back, and the queue of the process that is called. Held for news: the order is in the outbox, on the broker or in a queue.',
    'Messages come in batches. What was done for a whole batch is shown in the order of each of its messages.',
    `The cost of tracing is the CPU time of the stack’s Node processes for each settled order, in pairs of rounds of the same seed with and without spans, the one that goes first in a pair last in the next. It holds the making and the sending of spans, not what a collector does with them. Whether it differs from nothing is told of all stacks in the table at once (Holm 1979), from five pairs or more.`,
    budget,
  ]
}

/** Where it ran, names and values. */
export function conditions({
  machine,
  versions,
  startedAt,
  tookSeconds,
  seed,
}: TraceResult): [string, string][] {
  return [
    ['Machine', `${machine.cores} cores of ${machine.cpu}, ${Math.round(machine.memoryMiB / 1024)} GiB`],
    ['System', `${machine.os}, ${machine.architecture}`],
    ['Node', versions.node],
    ['PostgreSQL', versions.postgresql],
    ['RabbitMQ', versions.rabbitmq],
    ['k6', versions.k6],
    ['Began', `${startedAt.slice(0, 16).replace('T', ' ')} UTC; took ${tookSeconds} s`],
    ['Seed', String(seed)],
  ]
}
