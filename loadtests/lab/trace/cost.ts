import { sum } from 'simple-statistics'
import { startSampling } from '../sample/sampler.ts'
import type { StackName } from '../stacks/start.ts'
import { pairedRatio, type Ratio } from '../stats/ratio.ts'
import type { Bench, Subject } from './bench.ts'
import { type LoadOptions, loadSubject, settledOrders } from './load.ts'

const WARM_UP_SECONDS = 3

/** CPU time of a stack's Node processes for each settled order, in milliseconds: the n-th of both come from the same pair of rounds. */
export type Cost = { stack: StackName; plain: number[]; traced: number[]; ratio: Ratio | null }

/**
 * Loads the stack without spans and with a span for all that it does, in turn, and compares what an order cost.
 * @param pairs of rounds; the one that goes first in a pair goes last in the next
 * @param say is told what is under way
 */
export async function measureCost(
  bench: Bench,
  { pairs, ...load }: LoadOptions & { pairs: number },
  say: (what: string) => void,
): Promise<Cost> {
  const sides = { plain: bench.plain!, traced: bench.traced }
  const cost: Cost = { stack: bench.name, plain: [], traced: [], ratio: null }
  say('warming up')
  for (const subject of Object.values(sides))
    await loadSubject(bench, subject, { ...load, seconds: WARM_UP_SECONDS })
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? (['plain', 'traced'] as const) : (['traced', 'plain'] as const)
    for (const side of order) {
      say(`pair ${pair + 1} of ${pairs}, ${side === 'plain' ? 'without' : 'with'} spans`)
      cost[side].push(await cpuMsPerOrder(bench, sides[side], { ...load, seed: load.seed + pair }))
    }
  }
  return { ...cost, ratio: pairedRatio(cost.plain, cost.traced) ?? null }
}

async function cpuMsPerOrder(bench: Bench, subject: Subject, load: LoadOptions): Promise<number> {
  const before = await settledOrders(subject)
  const sampler = startSampling(subject.stack.processes)
  await loadSubject(bench, subject, load)
  const used = sum(sampler.stop().map(({ cpuMs }) => cpuMs))
  return used / ((await settledOrders(subject)) - before)
}
