import { once } from 'node:events'
import { createServer } from 'node:net'
import amqp from 'amqplib'
import pg from 'pg'
import type { Stack } from '../loadtests/lab/stacks/start.ts'
import { startTestStack } from './support/stack.ts'

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a stack', () => {
  it.each(['monolith', 'services'] as const)('(%s) leaves nothing when it is stopped', async (name) => {
    const stack = await startTestStack(name)
    expect(await stack.stop()).toEqual([])
    expect(stack.processes.filter(({ pid }) => isAlive(pid))).toEqual([])
  })

  it('has as many replicas as asked for, each ready', async () => {
    const stack = await startTestStack('services', { replicas: { orders: 2, inventory: 2 } })
    const answers = await Promise.all(stack.processes.map(({ url }) => fetch(`${url}/health/ready`)))
    await stack.stop()
    expect(stack.processes.map(({ name }) => name)).toEqual([
      'gateway',
      'orders',
      'orders-2',
      'inventory',
      'inventory-2',
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  it('says in one line why a process did not start', async () => {
    const start = startTestStack('services', { secret: 'short' })
    await expect(start).rejects.toThrow(/^\w+ ended with exit code 2 before it was ready: .*AUTH_SECRET.*$/)
  })

  it('says in one line that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const start = startTestStack('monolith', { ports: { monolith: port } })
    await expect(start).rejects.toThrow(
      new RegExp(`^monolith ended with exit code 2 .*Port ${port} is taken.*$`),
    )
    server.close()
  })
})

describe('a stack that leaves something behind fails its test', () => {
  let stack: Stack
  const namespace = () => stack.amqp!.namespace
  const ordersUrl = () => (stack.databases as { orders: string }).orders

  beforeEach(async () => {
    stack = await startTestStack('services')
  })

  it('when a process has died', async () => {
    const pid = stack.processes.find(({ name }) => name === 'inventory')!.pid
    process.kill(pid, 'SIGKILL')
    await expect(stack.stop()).rejects.toThrow(/inventory (had )?ended by SIGKILL/)
  })

  it('when a connection to a database is left open', async () => {
    const client = new pg.Client({ connectionString: ordersUrl(), application_name: 'forgotten' })
    // The server ends the connection when the database goes.
    client.on('error', () => {})
    await client.connect()
    await expect(stack.stop()).rejects.toThrow(
      /1 connections of 'forgotten' to shop_orders_\w+ were left open/,
    )
    await client.end()
  })

  it('when a queue is left bound', async () => {
    const connection = await amqp.connect(stack.amqp!.url)
    const channel = await connection.createChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, `${namespace()}.wake`, 'test')
    await expect(stack.stop()).rejects.toThrow(`a queue was left bound to the exchange ${namespace()}.wake`)
    await connection.close()
  })
})
