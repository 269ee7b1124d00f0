import { RUNGS, rungsOf } from '../../ladder/rungs.ts'
import { joined } from '../../report/format.ts'
import type { Capacities } from '../aims.ts'
import type { BenchResult } from '../result.ts'
import { capacityTexts } from './words.ts'

/** What a reader must know before the figures: what is missing, and what was thrown away. */
export function notices({ missing, turns, rows, doubts }: BenchResult): string[] {
  const voided = turns.filter((it) => it.void.length > 0)
  const disturbed = turns.filter((it) => it.void.length === 0 && it.disturbed.length > 0)
  const examples = (reasons: string[]) => [...new Set(reasons)].slice(0, 3).join('; ')
  return [
    ...missing,
    ...doubts,
    ...(voided.length > 0
      ? [
          `${voided.length} of ${turns.length} turns are void and do not count: ${examples(voided.flatMap((it) => it.void))}.`,
        ]
      : []),
    ...(disturbed.length > 0
      ? [
          `${disturbed.length} of the ${turns.length - voided.length} turns that count were disturbed, and the intervals are as wide as that made them: ${examples(disturbed.flatMap((it) => it.disturbed))}.`,
        ]
      : []),
    ...rows.flatMap(({ title, why }) => (why ? [`${title} was not measured. ${why}`] : [])),
  ]
}

const SEARCHED: Record<Capacities['budget'], string> = {
  fair: '',
  colocated:
    ' In that search a stack shared one core with its PostgreSQL and RabbitMQ, and k6 had the other: where k6 shares its only core with them, it is late before a stack is full.',
}

/** How it was measured, one honest sentence each. */
export function method(result: BenchResult): string[] {
  const { options, budget } = result
  const { rounds, seconds, rates, loads, tolerate } = options
  const capacities = capacityTexts(result)
  return [
    `In each of ${rounds} rounds, every rung was under load once for ${seconds} s, in an order of its own that follows from the seed. Before the first round each was warmed up at twice the rate, and for a second at the rate before each turn; none of that counts. A turn that is void, or was disturbed, was measured anew at once, up to twice; the last one counts though it was disturbed.`,
    ...(loads.includes('checkout')
      ? [
          `Checkout: ${rates.checkout} orders a second at every rung, of one to three lines, however slow the answers are (an open model).`,
        ]
      : []),
    ...(loads.includes('read')
      ? [`Read: ${rates.read} reads of a product a second at every rung, however slow the answers are.`]
      : []),
    ...(capacities.length > 0
      ? [
          `Capacity, in orders a second with 99 of 100 settled within 250 ms: ${capacities.join('; ')}.${SEARCHED[result.capacities!.budget]} The checkout rate is 30% of that of the services.`,
        ]
      : []),
    'CPU time is what the operating system counts for each process, user and system, from before the load until nothing is under way. The interval of a ratio comes from the pairs of one round; a verdict takes five rounds and an interval that lies on one side of the aim.',
    'Everything that ships was on: tokens checked, requests validated, logs and metrics written, load limited, every commit flushed to disk, every message confirmed and persistent.',
    ...(tolerate.length > 0 ? [`By wish, none of this is held against a turn: ${joined(tolerate)}.`] : []),
    `${budget.how} pgbench stands where the application's processes stand.`,
    'pgbench sends the statements that the monolith sends, recorded from its own code, prepared, with random products and customers. It can hand over numbers alone: lists and ids stand as expressions in place of a parameter.',
  ]
}

/** The rungs that were measured, each with what it is. */
export function rungList({ turns, options }: BenchResult): [string, string][] {
  const measured = new Set(turns.map(({ rung }) => rung))
  const rungs = new Set(options.loads.flatMap(rungsOf))
  return [...rungs].filter((rung) => measured.has(rung)).map((rung) => [RUNGS[rung].title, RUNGS[rung].what])
}
