import { joined } from '../../report/format.ts'
import type { CapacityResult } from '../result.ts'

/** How it was measured, one honest sentence each. */
export function method({ objective, rules, budget }: CapacityResult): string[] {
  const { seconds, repeats, mostOfK6, lateShare, disturbed, tolerate } = rules
  return [
    `A rate holds when, over ${seconds} s, 99 of 100 orders of which a buyer waits for the settling settle in less than ${objective.p99Ms} ms from when they were due, no request fails, none goes unsent, and every order settles. k6 sends at a fixed rate, however slow the answers are (an open model).`,
    `The search doubles the rate until it does not hold twice in a row, bisects, and then tries the rates near the edge ${repeats} times each, those of both stacks mixed in random order. Rates are added until the lowest held every time and, while there is time, until the highest never did. Which rates these are, single probes decided, so those do not count there: what held by luck would count again.`,
    'The capacity is the rate that holds in half of the probes, as Spearman and Kärber estimate a median effective dose. The bounds are the highest rate up to which every probe held and the lowest from which none did: where the probes did not agree. Each took two probes at least. In simulations they held the true edge in 95 runs of 100, and in 88 where a search was quick and the edge much blurred.',
    `A rate just beyond what a stack can do still holds while the queue is short: ${seconds} s make the capacities too high by about ${Math.round((objective.p99Ms / seconds / 1000) * 100)}%, both of them.`,
    `A probe was disturbed when k6 began one iteration in a hundred ${Math.round(lateShare * objective.p99Ms)} ms late or later, used more than ${share(mostOfK6)} of the processor that it may use, or dropped iterations though all answers came soon, or when other programs took ${share(disturbed)} of the machine or more. What held all the same has held. What failed has failed, unless a disturbance explains the whole of it: k6 was late by as much as the objective was missed, no request failed and every order settled. Such a probe is void and repeated up to twice, and where there was one, that rate is not known to hold. A probe is void in any case when the budget was not kept.`,
    ...(tolerate.length > 0 ? [`By wish, none of this explained a failure: ${joined(tolerate)}.`] : []),
    `The processor budget (${budget.kind}). ${budget.how}`,
    'Both stacks run side by side, one under load at a time, the other idle. Each has a PostgreSQL server of its own.',
  ]
}

const share = (value: number) => `${Math.round(value * 100)}%`
