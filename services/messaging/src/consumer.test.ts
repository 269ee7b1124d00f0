import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { type Channel, type ConsumeMessage, IllegalOperationError } from 'amqplib'
import { v7 as uuidv7 } from 'uuid'
import { type Consumer, createConsumer } from './consumer.ts'
import type { IncomingMessage } from './message.ts'

// What becomes of messages that cannot be handled, on a channel that is none.

const silent = { debug() {}, warn() {}, error() {} }
const failure = (code: string) => Object.assign(new Error(code), { code })

/** A channel of a broker that answers at once, and remembers what it was told. */
class FakeChannel extends EventEmitter {
  acked: number[] = []
  dead: number[] = []
  returned: number[] = []
  prefetched = 0
  isClosed = false
  private deliver: (raw: ConsumeMessage | null) => void = () => {}

  async prefetch(count: number) {
    this.prefetched = count
  }
  async consume(_queue: string, deliver: (raw: ConsumeMessage | null) => void) {
    this.deliver = deliver
    this.emit('consumed')
    return { consumerTag: 'tag' }
  }
  async cancel() {
    return {}
  }
  ack({ fields }: ConsumeMessage) {
    if (this.isClosed) throw new IllegalOperationError('Channel closed')
    this.acked.push(fields.deliveryTag)
  }
  reject({ fields }: ConsumeMessage, requeue: boolean) {
    ;(requeue ? this.returned : this.dead).push(fields.deliveryTag)
  }
  async close() {
    if (this.isClosed) throw new IllegalOperationError('Channel closed')
    this.isClosed = true
    this.emit('close')
  }
  /** Gives a message for each of these numbers, which are delivery tag and content. */
  give(...numbers: number[]) {
    for (const number of numbers)
      this.deliver({
        content: Buffer.from(String(number)),
        fields: { deliveryTag: number, routingKey: 'number', redelivered: false },
        properties: { messageId: uuidv7(), headers: {} },
      } as unknown as ConsumeMessage)
  }
  cancelByServer() {
    this.deliver(null)
  }
}

const parse = (_topic: string, payload: unknown) => payload as number
const numbersOf = (messages: IncomingMessage<number>[]) => messages.map(({ event }) => event)
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('a consumer', () => {
  let consumer: Consumer
  let channel: FakeChannel
  /** What the handler is given, batch by batch. */
  let batches: number[][]
  let fail: (numbers: number[]) => Error | undefined

  const attach = async () => {
    channel = new FakeChannel()
    await consumer.attach(channel as unknown as Channel)
  }

  beforeEach(async () => {
    batches = []
    fail = () => undefined
    const handle = async (messages: IncomingMessage<number>[]) => {
      const numbers = numbersOf(messages)
      batches.push(numbers)
      await undefined
      const error = fail(numbers)
      if (error) throw error
    }
    consumer = createConsumer({ queue: 'numbers', parse, handle, log: silent })
    await attach()
  })
  afterEach(() => consumer.stop())

  it('handles what came together in one batch, and acknowledges all of it', async () => {
    channel.give(1, 2, 3)
    await eventually(async () => assert.deepEqual(channel.acked, [1, 2, 3]))
    expect(batches).toEqual([[1, 2, 3]])
  })

  it.each([
    ['22P02', failure('22P02')],
    ['23505', failure('23505')],
    ['54000', failure('54000')],
    ['a mistake of ours', new TypeError('x is undefined')],
    ['poison', Object.assign(new Error('no'), { name: 'PoisonError' })],
  ])(
    'finds the ones at fault in a batch, sets them alone aside, and keeps the rest: %s',
    async (_, error) => {
      const bad = [7, 50, 51]
      fail = (numbers) => (numbers.some((it) => bad.includes(it)) ? error : undefined)
      channel.give(...upTo(100))
      await eventually(async () => assert.equal(channel.acked.length, 97))
      expect(channel.dead).toEqual(bad)
      expect(channel.acked.filter((it) => bad.includes(it))).toEqual([])
      expect(channel.returned).toEqual([])
      // One by one would have taken a transaction for each.
      expect(batches.length).toBeLessThan(60)
      await consumer.check()
    },
  )

  it.each(['28P01', '25006', '42501', '42P01', '3D000', 'XX001', 'ECONNREFUSED', 'NOBODY_KNOWS'])(
    'tries the same messages again, sets none aside, and is not ready meanwhile: %s',
    async (code) => {
      fail = () => failure(code)
      channel.give(1, 2, 3)
      await eventually(async () => assert.ok(batches.length > 3))
      await expect(consumer.check()).rejects.toThrow(
        `messages of numbers wait: what handles them fails with ${code}`,
      )
      fail = () => undefined
      await eventually(async () => assert.deepEqual(channel.acked.toSorted(), [1, 2, 3]))
      expect([channel.dead, channel.returned, channel.isClosed]).toEqual([[], [], false])
      await consumer.check()
    },
  )

  it.each(['55P03', '57014', '40001', '40P01'])('is ready while others are in the way: %s', async (code) => {
    fail = () => failure(code)
    channel.give(1)
    await eventually(async () => assert.ok(batches.length > 1))
    await consumer.check()
    expect(channel.dead).toEqual([])
  })

  it('does not let one that waits hold up those that need not', async () => {
    fail = (numbers) => (numbers.includes(2) ? failure('55P03') : undefined)
    channel.give(...upTo(20))
    await eventually(async () => assert.equal(channel.acked.length, 19))
    channel.give(21)
    await eventually(async () => assert.ok(channel.acked.includes(21)))
    expect([channel.acked.includes(2), channel.dead]).toEqual([false, []])
    fail = () => undefined
    await eventually(async () => assert.ok(channel.acked.includes(2)))
  })

  it('gives back what it cannot handle for long, tries on with little at hand, and takes much again when it can', async () => {
    fail = () => failure('28P01')
    channel.give(...upTo(200))
    await once(channel, 'close')
    const [handed, tried] = [channel, batches.length]
    expect([handed.acked, handed.dead, handed.prefetched]).toEqual([[], [], 200])
    // As the keeper of the channel does.
    for (let trial = 0; trial < 2; trial++) {
      await attach()
      channel.give(...upTo(3))
      await once(channel, 'close')
      expect([channel.acked, channel.prefetched]).toEqual([[], 10])
    }
    expect(batches.length - tried).toBe(6)
    fail = () => undefined
    await attach()
    channel.give(...upTo(3))
    await once(channel, 'close')
    expect(channel.acked).toEqual([1, 2, 3])
    await attach()
    expect(channel.prefetched).toBe(200)
  }, 20_000)

  it('is ready again when what it waited for went to others', async () => {
    fail = () => failure('28P01')
    channel.give(1)
    await once(channel, 'close')
    await expect(consumer.check()).rejects.toThrow('wait')
    await attach()
    await once(channel, 'close')
    await consumer.check()
    await attach()
    expect(channel.prefetched).toBe(200)
  }, 20_000)

  it.each(['ack', 'reject'] as const)(
    'starts over when %s throws, and nothing else happens',
    async (method) => {
      channel[method] = () => {
        throw new IllegalOperationError('Channel closing')
      }
      if (method === 'reject') fail = () => failure('22P02')
      channel.give(1)
      await once(channel, 'close')
      await attach()
      fail = () => undefined
      channel.give(1)
      await eventually(async () => assert.deepEqual(channel.acked, [1]))
    },
  )

  it('passes over a channel that closed while it handled', async () => {
    const first = channel
    fail = ([number]) => void (number === 1 && first.close())
    first.give(1, 2)
    await once(first, 'close')
    await attach()
    channel.give(3)
    await eventually(async () => assert.deepEqual(channel.acked, [3]))
    expect(first.acked).toEqual([])
  })

  it('starts over on a new channel when the server cancels it', async () => {
    channel.cancelByServer()
    expect(channel.isClosed).toBe(true)
  })

  it('finishes what is at hand when it stops, on whatever channel, and does not wait for a broker that is silent', async () => {
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    let done = 0
    const slow = createConsumer<number>({
      queue: 'slow',
      parse,
      log: silent,
      async handle() {
        await gate
        done++
      },
    })
    const channels = [new FakeChannel(), new FakeChannel()]
    for (const it of channels) {
      it.cancel = () => new Promise(() => {})
      await slow.attach(it as unknown as Channel)
      it.give(1)
    }
    const stopped = slow.stop()
    setTimeout(go, 100)
    await stopped
    expect(done).toBe(2)
  })

  it('stops while messages wait for what is away', async () => {
    fail = () => failure('ECONNREFUSED')
    channel.give(1)
    await eventually(async () => assert.ok(batches.length > 3))
    await consumer.stop()
    expect([channel.acked, channel.dead]).toEqual([[], []])
  })
})
