import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { topology } from '@shop/messaging/topology.ts'
import { newProduct } from '@shop/shared/testing/calls.ts'
import { createContext } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import amqplib, { type Channel, type ChannelModel } from 'amqplib'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { testSecret, useStack } from './support/stack.ts'

interface Ended {
  code: number
  stdout: string
  stderr: string
}

async function run(...args: string[]): Promise<Ended> {
  const { AMQP_URL: _, ...env } = process.env
  const command = ['loadtests/lab/dead.ts', ...args]
  return promisify(execFile)(process.execPath, command, { env }).then(
    (it) => ({ code: 0, ...it }),
    (error) => error as Ended,
  )
}

describe('npm run dead', () => {
  afterAll(async () => {
    await inventoryDb?.end()
    await connection?.close()
  })
  const stack = useStack('services')
  let connection: ChannelModel
  let channel: Channel
  let queue: string
  let events: string
  let inventoryDb: pg.Client
  let sku: string

  beforeAll(async () => {
    const { amqp, databases, url } = stack.current
    assert.ok(amqp && 'orders' in databases)
    connection = await amqplib.connect(amqp.url)
    channel = await connection.createChannel()
    const names = topology(amqp.namespace)
    events = names.events
    queue = names.queue('inventory', 'orders')
    inventoryDb = new pg.Client(databases.inventory)
    await inventoryDb.connect()
    sku = await newProduct(createContext({ baseUrl: url, secret: testSecret }), 100)
  })
  afterEach(() => channel.purgeQueue(`${queue}.dead`))

  const dead = (...args: string[]) => {
    const { url, namespace } = stack.current.amqp!
    return run(...args, '--url', url, '--namespace', namespace)
  }
  const depth = async () => (await channel.checkQueue(`${queue}.dead`)).messageCount
  const becomeDead = (count: number) => eventually(async () => assert.equal(await depth(), count))
  const reserved = async (orderId: string) =>
    (await inventoryDb.query('select from reservation where order_id = $1', [orderId])).rows.length

  /** A letter that can be read, as one that was set aside for a fault that has been mended. */
  async function good(): Promise<{ id: string; orderId: string }> {
    const [id, orderId] = [uuidv7(), uuidv7()]
    const content = JSON.stringify({ version: 1, orderId, lines: [{ sku, quantity: 1 }] })
    const died = [{ queue, count: 1, 'routing-keys': ['order.placed'], reason: 'rejected' }]
    channel.sendToQueue(`${queue}.dead`, Buffer.from(content), {
      messageId: id,
      persistent: true,
      headers: { 'x-death': died },
    })
    return { id, orderId }
  }
  async function poison(content = '{"version":2}'): Promise<string> {
    const id = uuidv7()
    const before = await depth()
    channel.publish(events, 'order.placed', Buffer.from(content), { messageId: id, persistent: true })
    await becomeDead(before + 1)
    return id
  }

  it('lists letters, as often as one likes, and shows one whole with why it cannot be read', async () => {
    const red = await poison('\u001b[31m')
    expect((await dead('--show', red)).stdout).toContain('it is not JSON')
    const id = await poison()
    for (let i = 0; i < 3; i++) {
      const { code, stdout } = await dead('--list')
      expect(code).toBe(0)
      for (const it of [queue, id, 'order.placed', '{"version":2', '2 dead letters.'])
        expect(stdout).toContain(it)
      expect(stdout).not.toContain('\u001b[31m')
    }
    const { stdout } = await dead('--show', id)
    expect(stdout).toMatch(/reason +it cannot be read: .*orderId/)
    expect(stdout).toContain('x-death')
    expect(await depth()).toBe(2)
  })

  it('sends one again, to the queue that it was in and under its topic, and leaves the others', async () => {
    const [one, other] = [await good(), await good()]
    await becomeDead(2)
    // Nobody else hears of it.
    const { queue: own } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
    await channel.bindQueue(own, events, 'order.placed')
    const { code, stdout } = await dead('--redrive', one.id)
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`${one.id}.*sent again`))])
    expect([await reserved(one.orderId), await reserved(other.orderId), await depth()]).toEqual([1, 0, 1])
    expect((await channel.checkQueue(own)).messageCount).toBe(0)
    await channel.deleteQueue(own)
  })

  it('sends all again, and says which are dead again', async () => {
    const { id, orderId } = await good()
    await becomeDead(1)
    const bad = await poison()
    channel.publish(events, 'order.placed', Buffer.from('{'), {})
    await becomeDead(3)
    const { code, stdout } = await dead('--redrive')
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`${id}.*sent again(?!, and dead)`))
    expect(stdout).toMatch(new RegExp(`${bad}.*dead again`))
    expect(stdout).toMatch(/~[0-9a-f]{12}.*dead again/)
    expect([await reserved(orderId), await depth()]).toEqual([1, 2])
  })

  it('loses nothing when the queue takes nothing', async () => {
    const { id } = await good()
    await becomeDead(1)
    const { control } = stack.current
    await control.stop('inventory')
    await channel.deleteQueue(queue)
    const { code, stdout } = await dead('--redrive')
    expect([code, stdout]).toEqual([1, expect.stringMatching(`${id}.*not sent`)])
    expect(await depth()).toBe(1)
    await control.start('inventory')
    await control.ready('inventory')
    expect((await dead('--redrive', id)).code).toBe(0)
    expect(await depth()).toBe(0)
  })

  it.each([
    ['nothing to do', [], /--list, --show ID and --redrive/],
    ['two things to do', ['--list', '--redrive'], /Give one of/],
    ['a letter that is not there', ['--show', 'nosuch'], /no dead letter nosuch/],
    ['one to be sent that is not there', ['--redrive', 'nosuch'], /no dead letter nosuch/],
  ])('tells in one line, with exit code 2, of %s', async (_, args, message) => {
    const { code, stderr } = await dead(...args)
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
    expect(stderr).toMatch(message)
  })

  it.each([
    ['an address that is none', ['--list', '--url', 'http://x'], /amqp:\/\//],
    ['a broker that is not there', ['--list', '--url', 'amqp://127.0.0.1:1'], /cannot be reached/],
  ])('tells in one line, with exit code 2, of %s', async (_, args, message) => {
    const { code, stderr } = await run(...args)
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
    expect(stderr).toMatch(message)
  })

  it('tells so of a namespace that no shop has', async () => {
    const { code, stderr } = await run('--list', '--url', stack.current.amqp!.url, '--namespace', 'nosuch')
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/nosuch\.inventory\.orders\.dead cannot be read/),
    ])
  })
})
