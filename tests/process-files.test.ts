import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { buy, newProduct, place } from '@shop/shared/testing/calls.ts'
import { type ContractContext, createContext, newCustomer } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { planProcesses } from '../loadtests/lab/stacks/plan.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import type { ProcessName } from './support/processes.ts'
import { testSecret, testServers } from './support/stack.ts'

const OPEN_FILES = 256
const IDLE = 320
const ORDERS = 6
const PAUSE_MS = 400

const rows = [
  ['monolith', 'monolith'],
  ['services', 'gateway'],
  ['services', 'orders'],
  ['services', 'inventory'],
] as const

describe.each(rows)('the %s, when its %s may open 256 files', (stack, name: ProcessName) => {
  let storage: Storage
  let processes: TestProcess[]
  let context: ContractContext
  let url: URL
  let sockets: Socket[] = []

  beforeAll(async () => {
    storage = await createStorage(stack, testServers())
    const plans = await planProcesses(stack, storage, { secret: testSecret })
    processes = plans.map((plan) =>
      startProcess(plan.kind === name ? { ...plan, preload: { imports: [], openFiles: OPEN_FILES } } : plan),
    )
    await Promise.all(processes.map((it) => it.ready()))
    context = createContext({ baseUrl: plans[0]!.url, secret: testSecret })
    url = new URL(plans.find(({ kind }) => kind === name)!.url)
  }, 60_000)
  afterAll(async () => {
    for (const it of processes) it.signal('SIGTERM')
    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual(processes.map(() => 0))
    await storage.remove()
  }, 30_000)

  it('refuses connections beyond what it can have, lives, and serves again when they have gone', async () => {
    const sku = await newProduct(context, ORDERS + 2)
    // So that the processes have connections to each other.
    await buy(context, newCustomer(context), [{ sku, quantity: 1 }])
    const refused: Socket[] = []
    sockets = Array.from({ length: IDLE }, () => connect(Number(url.port), url.hostname))
    for (const socket of sockets)
      socket
        .on('error', () => undefined)
        .resume()
        .once('close', () => refused.push(socket))
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])))
    await eventually(async () => assert.ok(refused.length > IDLE - OPEN_FILES))
    expect(refused.length).toBeLessThan(IDLE)
    // On connections that are open, for as long as what looks at the process now and then has its turn.
    for (let i = 0; i < ORDERS; i++) {
      await buy(context, newCustomer(context), [{ sku, quantity: 1 }])
      await delay(PAUSE_MS)
    }
    for (const socket of sockets) socket.destroy()
    await eventually(async () => {
      const answer = await place(context, newCustomer(context), [{ sku, quantity: 1 }]).catch(() => undefined)
      assert.equal(answer?.status, 201)
    })
    const metrics = await (await fetch(`${url.origin}/metrics`)).text()
    const counted = Number(/^connections_refused_total.* (\d+)$/m.exec(metrics)?.[1])
    expect(counted).toBeGreaterThan(IDLE - OPEN_FILES)
  }, 60_000)
})
