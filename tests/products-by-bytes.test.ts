import { type ContractContext, createContext, newAdmin } from '@shop/shared/testing/context.ts'
import { send } from '@shop/shared/testing/http.ts'
import pg from 'pg'
import { planProcesses } from '../loadtests/lab/stacks/plan.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { testSecret, testServers } from './support/stack.ts'

/** By their bytes. A reader of English expects A0 A-1 A1. */
const SKUS = ['A-1', 'A-B', 'A-B1', 'A-C', 'A0', 'A1', 'AB', 'AB-0', 'AB0', 'B', 'B-9', 'B1']

/** Makes the databases anew, with the order of English words: hyphens count last, as en_US.UTF-8 of the C library has it. */
async function inEnglish({ databases, owners }: Storage): Promise<void> {
  for (const [name, url] of Object.entries(databases)) {
    const [owner, user] = [(owners as Record<string, string>)[name]!, new URL(url)]
    const database = user.pathname.slice(1)
    await run(testServers().postgresUrl, [
      `drop database ${database}`,
      `create database ${database} owner ${new URL(owner).username} template template0
       locale_provider icu icu_locale 'en-US-u-ka-shifted' encoding 'UTF8'`,
      `grant connect on database ${database} to ${user.username}`,
    ])
    await run(owner, [
      `alter default privileges grant select, insert, update, delete on tables to ${user.username}`,
    ])
  }
}

async function run(url: string, statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const answers = []
    for (const sql of statements) answers.push((await client.query(sql)).rows)
    return answers
  } finally {
    await client.end()
  }
}

describe.each(['monolith', 'services'] as const)(
  'the products of the %s on a server that speaks English',
  (name) => {
    let storage: Storage
    let processes: TestProcess[]
    let context: ContractContext

    beforeAll(async () => {
      storage = await createStorage(name, testServers())
      await inEnglish(storage)
      const plans = await planProcesses(name, storage, { secret: testSecret })
      processes = plans.map(startProcess)
      await Promise.all(processes.map((process) => process.ready()))
      context = createContext({ baseUrl: plans[0]!.url, secret: testSecret })
      const { token } = newAdmin(context)
      for (const sku of SKUS.toReversed()) {
        const { status } = await send(context, 'PUT', `/products/${sku}`, {
          token,
          json: { name: sku, priceCents: 1 },
        })
        expect(status).toBe(201)
      }
    })
    afterAll(async () => {
      for (const process of processes) process.signal('SIGTERM')
      expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual(processes.map(() => 0))
      await storage.remove()
    })

    const page = async (query: string) => {
      const { body } = await send(context, 'GET', `/products${query}`)
      const { items, next } = body as { items: { sku: string }[]; next: string | null }
      return { skus: items.map(({ sku }) => sku), next }
    }

    it('are in another order there by themselves', async () => {
      const [rows] = await run(Object.values(storage.databases).at(-1)!, [
        'select sku from product order by sku',
      ])
      expect((rows as { sku: string }[]).map(({ sku }) => sku)).not.toEqual(SKUS)
    })

    it('are listed in the order of their bytes', async () => {
      expect(await page('')).toEqual({ skus: SKUS, next: null })
    })

    it.each([1, 2, 5])('are listed so page by page, %i to each, with no gap and no repeat', async (limit) => {
      const seen: string[] = []
      for (let after = ''; ; ) {
        const { skus, next } = await page(`?limit=${limit}${after && `&after=${after}`}`)
        seen.push(...skus)
        if (next === null) break
        after = next
      }
      expect(seen).toEqual(SKUS)
    })

    it.each(SKUS)('go on after %s', async (sku) => {
      expect((await page(`?after=${sku}`)).skus).toEqual(SKUS.slice(SKUS.indexOf(sku) + 1))
    })

    it('are found for the list by an index', async () => {
      const [, , plan] = await run(
        (storage.owners as Record<string, string>)[name === 'monolith' ? name : 'inventory']!,
        [
          'analyze product',
          'set enable_seqscan = off',
          `explain select sku from product where sku collate "C" > 'A' order by sku collate "C" limit 2`,
        ],
      )
      expect(JSON.stringify(plan)).toContain('product_by_bytes')
      expect(JSON.stringify(plan)).toContain('Index Cond')
    })
  },
)
