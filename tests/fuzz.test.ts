import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openApiDocument } from '@shop/shared/contract/openapi.ts'
import { problemBody } from '@shop/shared/contract/problems.ts'
import pg from 'pg'
import { type CampaignResult, runCampaign, type Target } from '../loadtests/lab/fuzz/campaign.ts'
import { differences } from '../loadtests/lab/fuzz/differences.ts'
import { operationsOf } from '../loadtests/lab/fuzz/document.ts'
import { ORDER_KINDS } from '../loadtests/lab/fuzz/draft.ts'
import { makeDrafts } from '../loadtests/lab/fuzz/drafts.ts'
import { fuzz } from '../loadtests/lab/fuzz/fuzz.ts'
import { createLedger } from '../loadtests/lab/fuzz/ledger.ts'
import { report } from '../loadtests/lab/fuzz/report.ts'
import { createWorld, EMPTY_SKU, makeTokens, SKUS, type World } from '../loadtests/lab/fuzz/world.ts'
import { testSecret, useStack } from './support/stack.ts'

const REQUESTS = 600
const SEED = 3
const tokens = makeTokens(testSecret)

describe('the fuzzer', () => {
  const monolith = useStack('monolith')
  const services = useStack('services')

  it('finds no 5xx, no answer off its schema, no effect of a refused call, and both stacks alike', async () => {
    const stacks = [monolith.current, services.current]
    const result = await fuzz(stacks, { secret: testSecret, requests: REQUESTS, seed: SEED })
    const { text, passed } = report(result)
    expect(passed ? 'passed' : text).toBe('passed')
    const asked = Map.groupBy(result.tallies, ({ target }) => target)
    expect([...asked.keys()].sort()).toEqual(['inventory', 'monolith', 'orders', 'services'])
    for (const tallies of asked.values()) {
      for (const { ok, refused } of tallies) expect(Math.min(ok, refused)).toBeGreaterThan(0)
    }
  }, 120_000)
})

describe('the ledger of the fuzzer', () => {
  const stack = useStack('monolith')
  let world: World

  const meddle = async (sql: string) => {
    const { monolith } = stack.current.databases as { monolith: string }
    const client = new pg.Client({ connectionString: monolith })
    await client.connect()
    await client.query(sql).finally(() => client.end())
    return differences(world.ledger, stack.current.databases)
  }

  beforeAll(async () => {
    world = await createWorld(stack.current, tokens)
  })

  it('agrees with a stack that did what it said', async () => {
    expect(await meddle('select 1')).toEqual([])
  })

  it.each([
    [
      'stock that was taken',
      `update product set available = available - 1 where sku = '${SKUS[0]}'`,
      SKUS[0]!,
    ],
    ['a price that changed', `update product set price_cents = 7 where sku = '${SKUS[1]}'`, SKUS[1]!],
    [
      'a restock that nobody was told of',
      `insert into restock (subject, idempotency_key, sku, quantity) values ('x', 'sneaked', '${EMPTY_SKU}', 1)`,
      'sneaked',
    ],
    [
      'an order that was cancelled',
      `update orders set status = 'cancelled' where status = 'rejected'`,
      'is cancelled',
    ],
  ])('sees %s', async (_what, sql, told) => {
    expect((await meddle(sql)).join('\n')).toContain(told)
  })
})

describe('a server that answers badly is found out', () => {
  const nobody: World = {
    stack: {
      name: 'services',
      url: '',
      processes: [{ name: 'orders', pid: 0, url: 'http://127.0.0.1:4001' }],
      databases: { monolith: '' },
      stop: async () => [],
    } as unknown as World['stack'],
    orders: Object.fromEntries(
      Object.entries(ORDER_KINDS).map(([kind, count]) => [
        kind,
        Array.from({ length: count }, (_, i) => `01890000-0000-7000-8000-00000000000${i}`),
      ]),
    ),
    ledger: createLedger(),
  }
  const problem = (response: ServerResponse, body: object, status = 400) =>
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body))
  const refuse = (response: ServerResponse) => problem(response, problemBody('invalid-request'))

  const operations = operationsOf(JSON.parse(JSON.stringify(openApiDocument())))
  const options = { skus: SKUS, emptySku: EMPTY_SKU, tokens, prefix: 'T' }
  // Only what reaches the server's own code.
  const drafts = makeDrafts(operations, options, 100, SEED).filter(({ mutation }) => mutation === 'valid')

  /** Sends requests to servers that answer all of them in the same way. */
  async function campaignOn(...answers: ((response: ServerResponse) => unknown)[]): Promise<CampaignResult> {
    const servers = answers.map((answer) =>
      createServer((_, response) => void answer(response)).listen(0, '127.0.0.1'),
    )
    await Promise.all(servers.map((server) => once(server, 'listening')))
    const result: CampaignResult = { findings: [], tallies: new Map() }
    try {
      const targets = servers.map((server, i): Target => {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        return { name: `stand-in ${i}`, url, world: nobody, operations }
      })
      await runCampaign(targets, drafts, tokens, result)
      return result
    } finally {
      for (const server of servers) server.close().closeAllConnections()
    }
  }

  it('not when it refuses everything as it should', async () => {
    const { findings, tallies } = await campaignOn(refuse)
    expect(findings).toEqual([])
    expect(tallies.size).toBe(8)
  })

  it.each<[string, string, RegExp, (response: ServerResponse) => unknown]>([
    ['by a 500', '5xx', /^500/, (it) => problem(it, problemBody('internal-error'), 500)],
    ['by a 503', 'limited', /^503/, (it) => problem(it, problemBody('unavailable'), 503)],
    ['by hanging up', 'silent', /without an answer/, (it) => it.destroy()],
    [
      'by a status that is not documented',
      'mismatch',
      /not document/,
      (it) => problem(it, problemBody('not-found'), 418),
    ],
    ['by a body that is off its schema', 'mismatch', /off its schema/, (it) => problem(it, { title: 'No' })],
    [
      'by a body that is not what it says',
      'mismatch',
      /off its schema/,
      (it) => it.writeHead(400, { 'content-type': 'application/problem+json' }).end('<p>'),
    ],
    [
      'by another content type',
      'mismatch',
      /content type/,
      (it) => it.writeHead(400, { 'content-type': 'text/html' }).end('{}'),
    ],
    [
      'by a problem that names another status',
      'mismatch',
      /another status/,
      (it) => problem(it, problemBody('not-found')),
    ],
    [
      'by the address of a process behind it',
      'leak',
      /127\.0\.0\.1:4001/,
      (it) => problem(it, problemBody('invalid-request', 'at 127.0.0.1:4001')),
    ],
    [
      'by a stack trace',
      'leak',
      /\.ts:/,
      (it) => problem(it, problemBody('invalid-request', 'x (file:///app/src/main.ts:1)')),
    ],
  ])('%s', async (_what, kind, told, answer) => {
    const { findings } = await campaignOn(answer)
    const kinds = new Set(findings.map((finding) => finding.kind))
    expect([...kinds]).toEqual([kind])
    for (const { what } of findings) expect(what).toMatch(told)
    expect(findings.length).toBeGreaterThan(10)
  })

  it('by answering otherwise than the other stack', async () => {
    const { findings } = await campaignOn(refuse, (it) => problem(it, problemBody('not-found'), 404))
    expect(
      findings.some(
        ({ kind, what }) => kind === 'differs' && what === '400 invalid-request and 404 not-found',
      ),
    ).toBe(true)
  })
})
