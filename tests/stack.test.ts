import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
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
    const { processes } = stack
    expect(processes.filter(({ pid }) => !isAlive(pid))).toEqual([])
    expect(await stack.stop()).toEqual([])
    expect(processes.filter(({ pid }) => isAlive(pid))).toEqual([])
  })

  it('has as many replicas as asked for, each ready', async () => {
    const stack = await startTestStack('services', { replicas: { orders: 2, inventory: 2 } })
    const { processes } = stack
    const answers = await Promise.all(processes.map(({ url }) => fetch(`${url}/health/ready`)))
    await stack.stop()
    expect(processes.map(({ name }) => name)).toEqual([
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

describe('single processes of a stack', () => {
  it('come and go without a complaint when the lab brings it about', async () => {
    const stack = await startTestStack('services', { spares: { orders: 1 } })
    const { control } = stack
    const names = () => stack.processes.map(({ name }) => name)
    expect(stack.planned.map(({ name }) => name)).toEqual(['gateway', 'orders', 'orders-2', 'inventory'])
    expect(control.isRunning('orders-2')).toBe(false)

    control.signal('orders', 'SIGKILL')
    expect(await control.ended('orders')).toBe('SIGKILL')
    expect(control.isRunning('orders')).toBe(false)
    await control.start('orders-2')
    await control.ready('orders-2')
    // The gateway knew its address beforehand.
    expect((await fetch(`${stack.url}/health/ready`)).status).toBe(200)
    await control.start('orders')
    await control.ready('orders')
    expect(names()).toEqual(['gateway', 'orders', 'inventory', 'orders-2'])

    expect(await control.stop('orders-2')).toEqual([])
    control.signal('inventory', 'SIGSTOP')
    expect(await stack.stop()).toEqual([])
  })

  it('complain of an end that nobody brought about, though they were started again', async () => {
    const stack = await startTestStack('monolith', { expectedComplaints: [/ended by SIGKILL/] })
    process.kill(stack.processes[0]!.pid, 'SIGKILL')
    await stack.control.ended('monolith')
    await stack.control.start('monolith')
    await stack.control.ready('monolith')
    expect(await stack.stop()).toEqual(['monolith had ended by SIGKILL before it was stopped'])
  })

  it('may be several monoliths on one database, each with a public address', async () => {
    const stack = await startTestStack('monolith', { replicas: { monolith: 2 } })
    expect(stack.urls).toEqual(stack.processes.map(({ url }) => url))
    const answers = await Promise.all(stack.urls.map((url) => fetch(`${url}/health/ready`)))
    await stack.stop()
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  it('can be planned and not started', async () => {
    const stack = await startTestStack('services', { start: false })
    expect({ running: stack.processes, planned: stack.planned.length }).toEqual({ running: [], planned: 3 })
    await stack.stop()
  })

  it('load first what they are given, see their own environment, and reach others by the way given', async () => {
    const dir = await mkdtemp(`${tmpdir()}/preload-`)
    const preload = `${dir}/preload.mjs`
    await writeFile(
      preload,
      `import { writeFileSync } from 'node:fs'
       const { WHERE, NAME, INVENTORY_URLS } = process.env
       writeFileSync(WHERE, JSON.stringify({ NAME, INVENTORY_URLS }))`,
    )
    const stack = await startTestStack('services', {
      env: (name, kind) => (kind === 'orders' ? { NAME: name } : undefined),
      preload: (name) =>
        name === 'orders' ? { imports: [preload], env: { WHERE: `${dir}/seen` } } : undefined,
      via: (from, to, url) =>
        from === 'orders' && to === 'inventory' ? url.replace('127.0.0.1', 'localhost') : url,
    })
    const port = new URL(stack.planned.find(({ name }) => name === 'inventory')!.url).port
    const seen = JSON.parse(await readFile(`${dir}/seen`, 'utf8'))
    await stack.control.stop('orders')
    await rm(`${dir}/seen`)
    await stack.control.start('orders', null)
    await stack.control.ready('orders')
    await stack.stop()
    expect(seen).toEqual({ NAME: 'orders', INVENTORY_URLS: `http://localhost:${port}` })
    // Started again without it, it did not load it.
    await expect(readFile(`${dir}/seen`)).rejects.toThrow('ENOENT')
    await rm(dir, { recursive: true })
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
