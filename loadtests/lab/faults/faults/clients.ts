import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from '@shop/shared/runtime/auth.ts'
import pg from 'pg'
import type { Fault, FaultContext } from '../fault.ts'
import { DATABASES, lock, NO_RESTOCKS } from './locks.ts'

const CLIENTS = 400
const SLOW = 200
const SPELLED = 210
const IDLE = 320
const OPEN_FILES = 256
/** Few enough for few orders, which many wait for, and so many that none asks for more than its share. */
const CALLERS = 20
const WAIT_S = 30

/** Clients that take and give nothing. */
export const clientFaults: Fault[] = [
  {
    name: 'clients-hang-up',
    title: `${CLIENTS} clients that wait for an order to settle hang up: their places are free at once`,
    stacks: ['services'],
    setup: { load: { durationMs: 9_000, deadlineMs: 25_000, mix: NO_RESTOCKS } },
    holds: ['products', 'load'],
    needs: DATABASES,
    lastsMs: 5_000,
    expect: { goesOn: ['getOrder', 'listOrders', 'placeOrder'] },
    inject: hangUp,
  },
  {
    name: 'clients-hang-up-monolith',
    title: `${CLIENTS} clients whose orders wait for a lock hang up`,
    stacks: ['monolith'],
    setup: { load: { durationMs: 9_000, deadlineMs: 25_000 } },
    holds: ['products', 'load'],
    needs: DATABASES,
    lastsMs: 5_000,
    inject: hangUp,
  },
  {
    name: 'clients-slow-bodies',
    title: `${SLOW} requests of one customer whose bodies never end`,
    stacks: ['monolith', 'services'],
    setup: { env: () => ({ CALLER_SHARE: '0.25' }), load: { durationMs: 9_000, deadlineMs: 25_000 } },
    holds: ['load'],
    lastsMs: 8_000,
    expect: {
      goesOn: ['listProducts', 'getProduct', 'getOrder', 'listOrders', 'placeOrder'],
      staysReady: ['monolith', 'gateway', 'orders', 'inventory'],
    },
    async inject(context) {
      const sockets = await openAll(context, SLOW, [await headOf(context, { caller: 'slow', body: false })])
      return async () => closeAll(sockets)
    },
  },
  {
    name: 'clients-other-spelling',
    title: `${SPELLED} requests that wait for an order to settle, and write its path in another way`,
    stacks: ['services'],
    setup: { load: { durationMs: 9_000, deadlineMs: 25_000 } },
    holds: ['products', 'load'],
    needs: DATABASES,
    lastsMs: 7_000,
    expect: { goesOn: ['listProducts', 'getProduct', 'getOrder', 'listOrders'] },
    async inject(context) {
      const unlock = await lock(context)
      const sockets = await openAll(
        context,
        SPELLED,
        await crowdOf(context, ['/%6frders', '/o%72ders', '/%6F%72ders']),
      )
      return async () => {
        await unlock()
        await closeAll(sockets)
      }
    },
  },
  {
    name: 'clients-idle',
    title: `${IDLE} idle connections to processes that may have ${OPEN_FILES} files open`,
    stacks: ['monolith', 'services'],
    setup: {
      load: { durationMs: 9_000, deadlineMs: 25_000 },
      preload: (_name, kind) =>
        kind === 'monolith' || kind === 'gateway' ? { imports: [], openFiles: OPEN_FILES } : undefined,
    },
    holds: ['load', 'monolith', 'gateway'],
    lastsMs: 6_000,
    async inject(context) {
      const sockets = await openAll(context, IDLE, [])
      return async () => closeAll(sockets)
    },
  },
]

/** The places of those who hang up are asked for by others, while what they waited for is still held. */
async function hangUp(context: FaultContext) {
  const unlock = await lock(context)
  const sockets = await openAll(context, CLIENTS, await crowdOf(context, ['/orders']))
  await delay(1_500)
  await closeAll(sockets)
  context.note(`${CLIENTS} clients hung up`)
  await delay(500)
  return unlock
}

/** One order of each caller, asked for by all of its clients, in these spellings in turn. */
const crowdOf = (context: FaultContext, paths: string[]) =>
  Promise.all(
    Array.from({ length: CALLERS }, (_, i) =>
      headOf(context, { caller: `crowd-${i}`, body: true, path: paths[i % paths.length]! }),
    ),
  )

/** A call as it goes over the wire. */
async function headOf(
  { stack, secret, asks }: FaultContext,
  { caller, body, path = '/orders' }: { caller: string; body: boolean; path?: string },
): Promise<string> {
  const token = await signToken(secret, { sub: caller, role: 'customer' }, '1h')
  const key = `key-of-${caller}`
  const { databases } = stack
  const lines = [{ sku: await aSku(databases), quantity: 1 }]
  if (body) asks({ subject: caller, key, lines })
  const content = JSON.stringify({ lines })
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(stack.url).host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${content.length}`,
    `Idempotency-Key: ${key}`,
    // Who is held takes another kind of place than who is at work.
    ...(body ? [`Prefer: wait=${WAIT_S}`] : []),
  ]
  return `${head.join('\r\n')}\r\n\r\n${body ? content : content.slice(0, 5)}`
}

async function aSku(databases: FaultContext['stack']['databases']): Promise<string> {
  const url = 'monolith' in databases ? databases.monolith : databases.inventory
  const client = new pg.Client({ connectionString: url, application_name: 'lab' })
  await client.connect()
  try {
    return (await client.query<{ sku: string }>('select min(sku) as sku from product')).rows[0]!.sku
  } finally {
    await client.end()
  }
}

/** Opens connections and says one of these on each. One that is refused is as good. */
async function openAll({ stack }: FaultContext, count: number, says: string[]): Promise<Socket[]> {
  const { hostname, port } = new URL(stack.url)
  const opening = Array.from({ length: count }, async (_, i) => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.on('error', () => {})
    socket.resume()
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {})
    if (!socket.destroyed && says.length > 0) socket.write(says[i % says.length]!)
    return socket
  })
  return Promise.all(opening)
}

async function closeAll(sockets: Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy()
}
