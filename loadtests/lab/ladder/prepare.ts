import { readFile } from 'node:fs/promises'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import pg from 'pg'
import { insertRestock, upsertProduct } from '../../../monolith/src/modules/inventory/repository.ts'
import type { CatalogueItem } from '../catalogue.ts'
import { projectRoot } from '../infra/paths.ts'

const MODULES = `${projectRoot}/monolith/src/modules`
const SCHEMAS = [`${MODULES}/inventory/schema.sql`, `${MODULES}/orders/schema.sql`]

/**
 * Makes a database what the monolith's is once it has been seeded: its schema, and the catalogue with its stock.
 * @returns how this server makes ids that sort by time, or ids at all
 */
export async function prepareDatabase(
  url: string,
  catalogue: readonly CatalogueItem[],
): Promise<'uuidv7()' | 'gen_random_uuid()'> {
  const pool: Pool = new pg.Pool({ connectionString: url, max: 1 })
  try {
    for (const file of SCHEMAS) await pool.query(await readFile(file, 'utf8'))
    for (const { sku, name, priceCents, stock } of catalogue) {
      await upsertProduct(pool, sku, { name, priceCents })
      await insertRestock(pool, 'seed', `seed-${sku}`, { sku, quantity: stock })
    }
    const { rows } = await pool.query<{ has: boolean }>("select to_regproc('uuidv7') is not null as has")
    return rows[0]!.has ? 'uuidv7()' : 'gen_random_uuid()'
  } finally {
    await pool.end()
  }
}
