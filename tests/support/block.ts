import assert from 'node:assert/strict'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'

/** A lock on a product's row: requests that need its stock wait for it. */
export interface Block {
  /** Resolves when at least one statement of the database waits. */
  someoneWaits(): Promise<void>
  /** Lets them go on. */
  lift(): Promise<void>
}

/** Locks a product's row from outside the shop. */
export async function blockProduct(databaseUrl: string, sku: string): Promise<Block> {
  const holder = new pg.Client({ connectionString: databaseUrl })
  const watcher = new pg.Client({ connectionString: databaseUrl })
  // A test that fails leaves them to be ended with the database.
  for (const client of [holder, watcher]) client.on('error', () => undefined)
  await Promise.all([holder.connect(), watcher.connect()])
  await holder.query('begin')
  const { rowCount } = await holder.query('select from product where sku = $1 for update', [sku])
  assert.equal(rowCount, 1)
  const waiting = `select count(*)::int as count from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'`
  return {
    someoneWaits: () =>
      eventually(async () => {
        const { rows } = await watcher.query<{ count: number }>(waiting)
        assert.ok(rows[0]!.count > 0, 'no statement waits')
      }),
    async lift() {
      await Promise.all([holder.end(), watcher.end()])
    },
  }
}
