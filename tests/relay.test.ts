import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OutgoingMessage } from '@shop/messaging/message.ts'
import { outboxRefused } from '@shop/messaging/metrics.ts'
import { type Relay, startRelay } from '@shop/messaging/relay.ts'
import { MESSAGING_SCHEMA } from '@shop/messaging/schema.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { testServers } from './support/stack.ts'

// The relay on a real outbox, and a broker that keeps, refuses, returns or forgets what one tells it to, by topic.

type Answer = 'keeps' | 'refuses' | 'returns' | 'forgets'
type Confirmed = (error: Error | null) => void

let storage: Storage
let pool: pg.Pool
beforeAll(async () => {
  storage = await createStorage('monolith', testServers())
  assert.ok('monolith' in storage.owners)
  pool = new pg.Pool({ connectionString: storage.owners.monolith })
  await pool.query(readFileSync(fileURLToPath(MESSAGING_SCHEMA), 'utf8'))
})
afterAll(async () => {
  await pool.end()
  await storage.remove()
})

describe('a topic that the broker does not keep', () => {
  let relay: Relay
  let answers: Record<string, Answer>
  let published: { topic: string; id: string; at: number }[]
  let lines: string[]

  beforeEach(async () => {
    await pool.query('truncate outbox')
    answers = {}
    published = []
    lines = []
    const channel = new EventEmitter() as EventEmitter & { publish: unknown }
    channel.publish = (
      _exchange: string,
      topic: string,
      _content: Buffer,
      { messageId: id }: { messageId: string },
      confirmed: Confirmed,
    ) => {
      published.push({ topic, id, at: performance.now() })
      const answer = answers[topic] ?? 'keeps'
      if (answer === 'forgets') return true
      if (answer === 'returns') channel.emit('return', { properties: { messageId: id } })
      setImmediate(confirmed, answer === 'refuses' ? new Error('message nacked') : null)
      return true
    }
    const say = (_details: object, message: string) => void lines.push(message)
    relay = startRelay(pool, { debug() {}, info: say, warn: say }, Promise.resolve())
    relay.attach(
      new EventEmitter() as unknown as ChannelModel,
      channel as unknown as ConfirmChannel,
      'events',
    )
  })
  afterEach(() => relay.stop())

  const facts = (topic: string, count: number): OutgoingMessage[] =>
    Array.from({ length: count }, () => ({
      id: uuidv7(),
      topic,
      payload: '{}',
      trace: { traceparent: '', requestId: '' },
    }))
  /** Writes facts into the outbox, as a process that has ended did. */
  async function leave(topic: string, count: number): Promise<void> {
    await pool.query(
      `insert into outbox select id, $2, '{}', '', '', now() - interval '1 minute' from unnest($1::uuid[]) as id`,
      [facts(topic, count).map(({ id }) => id), topic],
    )
  }
  const left = async (topic: string) =>
    (await pool.query('select count(*)::int as n from outbox where topic = $1', [topic])).rows[0].n as number
  const becomes = (topic: string, count: number) =>
    eventually(async () => assert.equal(await left(topic), count), 30_000)
  const sentOf = (topic: string) => published.filter((it) => it.topic === topic).length

  it.each(['refuses', 'returns'] as const)(
    'because it %s it waits alone, is not hammered, and catches up when it is kept again',
    async (answer) => {
      answers.sick = answer
      await leave('sick', 600)
      await leave('well', 600)
      await becomes('well', 0)
      expect(await left('sick')).toBe(600)
      const first = sentOf('sick')
      // One look's worth at most, before it was known.
      expect(first).toBeLessThanOrEqual(200)
      const from = performance.now()
      await eventually(async () => assert.ok(sentOf('sick') >= first + 2), 30_000)
      const tries = sentOf('sick') - first
      // An attempt is one fact, and comes a second after the last at the earliest.
      expect(tries).toBeLessThanOrEqual(Math.ceil((performance.now() - from) / 1_000) + 1)
      answers.sick = 'keeps'
      await becomes('sick', 0)
      expect(lines.at(-1)).toBe('the broker keeps facts of this topic again')
      expect(await countRefused('sick', answer === 'refuses' ? 'refused' : 'unroutable')).toBeGreaterThan(0)
    },
  )

  it('has new facts leave all the same, once: other readers are to have them', async () => {
    answers.sick = 'refuses'
    const news = facts('sick', 50)
    await pool.query(`insert into outbox select id, 'sick', '{}', '', '' from unnest($1::uuid[]) as id`, [
      news.map(({ id }) => id),
    ])
    for (const fact of news) relay.send([fact])
    await eventually(async () => assert.equal(relay.underWay(), 0))
    expect(new Set(published.map(({ id }) => id)).size).toBe(50)
  })

  it('because it is not confirmed in time it holds up no other, in the outbox or from memory', async () => {
    answers.sick = 'forgets'
    for (const fact of facts('sick', 3)) relay.send([fact])
    const [well] = facts('well', 1)
    relay.send([well!])
    await eventually(async () => assert.equal(sentOf('well'), 1), 1_000)
    // Those of the same topic leave soon, though nothing was heard of the ones before: readers may have them long since.
    await eventually(async () => assert.equal(sentOf('sick'), 3), 3_000)
    await eventually(async () => assert.ok((await countRefused('sick', 'late')) >= 3), 30_000)
    await leave('sick', 300)
    await leave('well', 300)
    await becomes('well', 0)
    expect(await left('sick')).toBe(300)
    answers.sick = 'keeps'
    await becomes('sick', 0)
  })

  it('has its facts deleted though they are confirmed too late', async () => {
    let confirm: Confirmed | undefined
    const channel = new EventEmitter() as EventEmitter & { publish: unknown }
    channel.publish = (_e: string, _t: string, _c: Buffer, _o: object, confirmed: Confirmed) => {
      confirm = confirmed
      return true
    }
    relay.attach(
      new EventEmitter() as unknown as ChannelModel,
      channel as unknown as ConfirmChannel,
      'events',
    )
    const [fact] = facts('slow', 1)
    await pool.query(`insert into outbox values ($1, 'slow', '{}', '', '', now() + interval '1 hour')`, [
      fact!.id,
    ])
    relay.send([fact!])
    await eventually(async () => assert.equal(relay.underWay(), 0), 10_000)
    expect(await left('slow')).toBe(1)
    confirm!(null)
    await becomes('slow', 0)
  })

  it('counts for each topic alone, and a channel that closes counts for none', async () => {
    const before = await countRefused('well', 'refused')
    const channel = new EventEmitter() as EventEmitter & { publish: unknown }
    channel.publish = () => {
      throw new Error('Channel closed')
    }
    relay.attach(
      new EventEmitter() as unknown as ChannelModel,
      channel as unknown as ConfirmChannel,
      'events',
    )
    relay.send(facts('well', 1))
    await eventually(async () => {
      // A look that began before may still send by the other channel.
      await leave('well', 1)
      assert.ok(lines.includes('the relay will try again'))
    })
    expect(await countRefused('well', 'refused')).toBe(before)
    expect(lines.some((line) => line.startsWith('facts of this topic wait'))).toBe(false)
  })
})

async function countRefused(topic: string, reason: string): Promise<number> {
  const { values } = await outboxRefused.get()
  return values.find(({ labels }) => labels.topic === topic && labels.reason === reason)?.value ?? 0
}
