import type { FaultsResult } from '../result.ts'

/** How it was done, one honest sentence each. */
export function method(result: FaultsResult): string[] {
  return [
    ...(result.runs.length > 0 ? runsOf(result) : [PLANTED]),
    'A request that got no answer, 429 or 5xx is sent again under the same idempotency key until its deadline. It counts as failed each time; what it asked for must take effect once.',
    'A violation is a check that did not hold: of the databases and queues at rest, of what customers were told against what the databases hold, or of stock at one of the looks while the load ran.',
  ]
}

const PLANTED =
  'Each run starts a stack with one bug in it, drives the load that other runs have, and audits it as any other. The bug is caught when a check that was named beforehand fails, where one was named, or else any.'

function runsOf({ runs, repeat, seed }: FaultsResult): string[] {
  const mean = Math.round(runs.reduce((sum, { load }) => sum + load.operations, 0) / runs.length)
  const seeds =
    repeat === 1 ? `once, with seed ${seed}` : `${repeat} times, with seeds ${seed} to ${seed + repeat - 1}`
  return [
    `Each run starts a stack on fresh databases, drives about ${mean} operations by several customers at moments fixed beforehand (an open model), injects the fault meanwhile, heals it, and waits until nothing is under way.`,
    `Every fault was injected ${seeds}, on each stack to which it applies. A seed fixes what is ordered and when the fault strikes, not what the machine makes of it.`,
    'Survived: no violation, and healthy again. Healthy after: from the moment the fault is healed, or strikes when it heals itself, until every process says that it is ready and a fresh order has settled.',
    'Sent again: requests that repeat an earlier one with its key. Messages doubled: those that the broker carried more than once; the monolith has no broker.',
  ]
}
