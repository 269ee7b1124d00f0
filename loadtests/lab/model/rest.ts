import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { StackDatabases } from '../stacks/stack.ts'

const LOOK_AGAIN_MS = 3
const WITHIN_MS = 30_000

/** Waits until a stack has nothing under way. */
export type Rest = { reached(): Promise<void>; close(): Promise<void> }

/**
 * The monolith rests whenever nobody calls it. The services still settle orders and give stock back: they rest when each
 * order has settled and inventory has confirmed of each cancelled one that it holds nothing.
 */
export async function createRest(databases: StackDatabases): Promise<Rest> {
  if ('monolith' in databases) return { reached: async () => {}, close: async () => {} }
  const client = new pg.Client({ connectionString: databases.orders, application_name: 'model' })
  await client.connect()
  return {
    async reached() {
      const deadline = Date.now() + WITHIN_MS
      for (;;) {
        const { rows } = await client.query<{ id: string }>(
          `select id from orders where status = 'pending' or (status = 'cancelled' and released_at is null) limit 1`,
        )
        if (!rows[0]) return
        if (Date.now() > deadline) throw new Error(`The order ${rows[0].id} did not come to rest within 30 s`)
        await delay(LOOK_AGAIN_MS)
      }
    },
    close: () => client.end(),
  }
}
