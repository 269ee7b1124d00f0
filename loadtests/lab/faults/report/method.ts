import type { Reported } from './reported.ts'

/** How it was done, one honest sentence each. */
export function method({ runs, repeat, seed }: Reported): string[] {
  const stack = runs.length > 0 ? runs : []
  const mean =
    stack.length > 0 ? Math.round(stack.reduce((sum, run) => sum + run.load.operations, 0) / stack.length) : 0
  return [
    `Each run starts a stack on fresh databases, drives about ${mean} operations by several customers at moments fixed beforehand (an open model), injects the fault while they run, heals it, and waits until nothing is under way.`,
    `Every fault was injected ${repeat === 1 ? 'once' : `${repeat} times`} on each stack to which it applies, with ${repeat === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + repeat - 1}`}. A seed fixes what is ordered and when the fault strikes, not what the machine makes of it.`,
    'A request that got no answer, 429 or 5xx is sent again under the same idempotency key until its deadline. It counts as failed each time; what it asked for must take effect once.',
    'Healthy after: from the moment the fault is healed, or strikes when it heals itself, until every process says that it is ready and a fresh order has settled.',
    'Survived: no violation, and healthy again. A violation is a check of the audit, of the history against the databases, or of the looks at stock that did not hold.',
    'Sent again: requests that repeat an earlier one with its key. Messages doubled: those that the broker carried more than once; the monolith has no broker.',
  ]
}
