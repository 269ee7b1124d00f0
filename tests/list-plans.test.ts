import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { recordingPool, type Statement } from '../loadtests/lab/ladder/statements.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import * as monolithProducts from '../monolith/src/modules/inventory/repository.ts'
import * as monolithOrders from '../monolith/src/modules/orders/repository.ts'
import * as inventory from '../services/inventory/src/repository.ts'
import * as orders from '../services/orders/src/repository.ts'
import { testServers } from './support/stack.ts'

const MANY = 200_000
const LIMIT = 50
/** How deep into the list the page begins. */
const DEPTH = 150_000

const file = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8')

type Plan = {
  'Relation Name'?: string
  'Actual Rows': number
  'Rows Removed by Filter'?: number
  'Index Cond'?: string
  Plans?: Plan[]
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

/** Prepares what a repository sends, under its own name, as pg does. */
async function prepared(client: pg.Client, ask: (pool: pg.Pool) => Promise<unknown>): Promise<void> {
  const { name, text } = await recorded(ask)
  await client.query(`prepare "${name}" as ${text}`)
}

async function recorded(ask: (pool: pg.Pool) => Promise<unknown>): Promise<Statement> {
  const { pool, sent } = recordingPool(() => [])
  await ask(pool)
  return sent[0]!
}

/** The plan of what a repository sends, with its values, once it has run. */
async function planOf(client: pg.Client, ask: (pool: pg.Pool) => Promise<unknown>): Promise<Plan[]> {
  const { name, values } = await recorded(ask)
  const literals = values.map((value) => (value === null ? 'null' : pg.escapeLiteral(String(value))))
  const text = `explain (analyze, format json) execute "${name}" (${literals.join(', ')})`
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(text)
  return nodesOf(rows[0]!['QUERY PLAN'][0].Plan)
}

/** It reads what it answers, by the index, and not all that comes before. */
function expectToReadOnePage(plan: Plan[], relation: string, condition: RegExp): void {
  const reads = plan.filter((node) => node['Relation Name'] === relation && node['Actual Rows'] > 1)
  expect(reads.map((node) => node['Actual Rows'])).toEqual([LIMIT + 1])
  expect(reads[0]!['Index Cond']).toMatch(condition)
  expect(plan.map((node) => node['Rows Removed by Filter'] ?? 0).filter((removed) => removed > 0)).toEqual([])
}

/** Values by which a generic plan comes to look cheap: a few rows each. */
const SMALL = ['ada', 'ben', 'eve', 'ada', 'ben', 'eve']
const FILL_ORDERS = `
  insert into orders (id, customer, idempotency_key, request_hash, status, total_cents, created_at)
  select gen_random_uuid(), customer, n::text, '', 'confirmed', 1, now() - n * interval '1 second'
  from (select 'big' as customer, generate_series(1, ${MANY}) as n
        union all select unnest('{ada,ben,eve}'::text[]), generate_series(1, 3)) as o`
const FILL_PRODUCTS = `
  insert into product (sku, name, price_cents) select 'SKU-' || lpad(n::text, 6, '0'), 'A mug', 1
  from generate_series(1, ${MANY}) as n`

describe.each([
  {
    stack: 'monolith' as const,
    database: 'monolith',
    schemas: ['monolith/src/modules/inventory/schema.sql', 'monolith/src/modules/orders/schema.sql'],
    listOrders: monolithOrders.listOrders,
    listProducts: monolithProducts.listProducts,
  },
  {
    stack: 'services' as const,
    database: 'orders',
    schemas: ['services/orders/src/schema.sql'],
    listOrders: orders.listOrders,
  },
  {
    stack: 'services' as const,
    database: 'inventory',
    schemas: ['services/inventory/src/schema.sql'],
    listProducts: inventory.listProducts,
  },
])(
  'a page deep in a list of 200,000, in the database of $database',
  ({ stack, database, schemas, ...lists }) => {
    const { listOrders, listProducts } = lists
    let storage: Storage
    let client: pg.Client

    beforeAll(async () => {
      storage = await createStorage(stack, testServers())
      client = new pg.Client((storage.owners as Record<string, string>)[database])
      await client.connect()
      for (const schema of schemas) await client.query(await file(schema))
      if (listOrders) await client.query(FILL_ORDERS)
      if (listProducts) await client.query(FILL_PRODUCTS)
      await client.query('analyze')
    }, 60_000)

    beforeEach(() => client.query('deallocate all'))

    afterAll(async () => {
      await client.end()
      await storage.remove()
    })

    const modes = ['force_generic_plan', 'auto', 'force_custom_plan'] as const

    if (listOrders)
      it.each(modes)('of orders is one range of the index (%s)', async (mode) => {
        const { rows } = await client.query(
          `select id from orders where customer = 'big' order by created_at desc offset ${DEPTH} limit 1`,
        )
        const after = rows[0].id as string
        await client.query(`set plan_cache_mode = ${mode}`)
        await prepared(client, (pool) => listOrders(pool, 'big', LIMIT))
        for (const small of SMALL) await planOf(client, (pool) => listOrders(pool, small, LIMIT))
        const deep = await planOf(client, (pool) => listOrders(pool, 'big', LIMIT, after))
        expectToReadOnePage(deep, 'orders', /created_at.*</)
        const first = await planOf(client, (pool) => listOrders(pool, 'big', LIMIT))
        expectToReadOnePage(first, 'orders', /customer/)
        const nobodys = await planOf(client, (pool) => listOrders(pool, 'ada', LIMIT, after))
        assert.ok(nobodys.every((node) => (node['Rows Removed by Filter'] ?? 0) <= 1))
      })

    if (listProducts)
      it.each(modes)('of products is one range of the index (%s)', async (mode) => {
        await client.query(`set plan_cache_mode = ${mode}`)
        await prepared(client, (pool) => listProducts(pool, LIMIT))
        for (const _ of SMALL) await planOf(client, (pool) => listProducts(pool, LIMIT, 'Z'))
        const deep = await planOf(client, (pool) => listProducts(pool, LIMIT, `SKU-${DEPTH}`))
        expectToReadOnePage(deep, 'product', /sku.*>/)
        const first = await planOf(client, (pool) => listProducts(pool, LIMIT))
        expectToReadOnePage(first, 'product', /sku/)
      })
  },
)
