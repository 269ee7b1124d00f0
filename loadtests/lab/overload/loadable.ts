import { untilQuiet } from '../audit/quiet.ts'
import type { Loadable } from '../capacity/offer.ts'
import { startSampling } from '../sample/sampler.ts'
import type { Loaded } from './loaded.ts'

const AT_REST_WITHIN_MS = 30_000

/** A stack as a search for its capacity takes it. */
export const loadableOf = ({ stack, groups, sessions }: Loaded): Loadable => ({
  name: stack.name,
  url: stack.url,
  // All of it shares the same cores.
  shares: { apps: groups, rest: [] },
  startSampling: () => startSampling(groups),
  untilAtRest: async () => {
    await untilQuiet(sessions, stack.amqp, 0, AT_REST_WITHIN_MS)
  },
  countOrders: async () => {
    const { rows } = await sessions.orders.query<{ settled: number }>(
      `select count(*)::int as settled from orders where status <> 'pending'`,
    )
    return rows[0]!
  },
})
