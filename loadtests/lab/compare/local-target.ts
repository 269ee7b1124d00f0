import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { auditStack } from '../audit/audit-stack.ts'
import { openSessions } from '../audit/sessions.ts'
import type { Postgres } from '../infra/postgres.ts'
import type { Rabbitmq } from '../infra/rabbitmq.ts'
import { type Group, startSampling } from '../sample/sampler.ts'
import type { Stack } from '../stacks/start.ts'
import type { Target } from './backend.ts'

const AT_REST_WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 50

/** What is measured: where a stack is, whoever started it. */
export type Measurable = Pick<Stack, 'name' | 'url' | 'processes' | 'databases' | 'amqp'>

/** A stack of plain processes, with the servers that it alone uses. @param arm its name in results */
export function createTarget(
  arm: string,
  stack: Measurable,
  postgres: Postgres,
  rabbitmq: Rabbitmq | undefined,
): Target {
  const servers = [
    { name: 'PostgreSQL', pid: postgres.pid },
    ...(stack.amqp ? [{ name: 'RabbitMQ', pid: rabbitmq?.pid }] : []),
  ]
  const groups: Group[] = [...stack.processes, ...servers.filter(hasPid)]
  return {
    arm,
    name: stack.name,
    url: stack.url,
    processes: groups.map(({ name }) => name),
    unmeasured: servers.filter((it) => !hasPid(it)).map(({ name }) => name),
    startSampling: () => startSampling(groups),
    untilAtRest: () => untilAtRest(stack),
    shares: { apps: stack.processes, rest: servers.filter(hasPid) },
    countable: stack.processes.map(({ name, pid, url }) => ({ name, pid, metricsUrl: `${url}/metrics` })),
    databaseConnections: null,
    durability: () => withOrders(stack, durabilityOf),
    countOrders: () =>
      withOrders(stack, async (orders) => ({
        stored: await count(orders, 'from orders'),
        settled: await count(orders, `from orders where status <> 'pending'`),
      })),
    audit: (counts) => auditStack(stack.databases, stack.amqp, { counts }),
  }
}

const hasPid = (it: { name: string; pid?: number }): it is Group => it.pid !== undefined

async function untilAtRest(stack: Measurable) {
  // Without messages an order has settled when it is answered, and looking would only cost PostgreSQL time.
  if (!stack.amqp) return
  const deadline = Date.now() + AT_REST_WITHIN_MS
  await withOrders(stack, async (orders) => {
    while ((await underWay(orders)) > 0 && Date.now() < deadline) await delay(LOOK_AGAIN_MS)
  })
}

/** Orders that are still to settle or to give their stock back. */
async function underWay(orders: Client): Promise<number> {
  return count(orders, `from orders where status = 'pending' or status = 'cancelled' and released_at is null`)
}

async function durabilityOf(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name`,
  )
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
}

async function count(client: Client, from: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) ${from}`)
  return Number(rows[0]!.count)
}

async function withOrders<T>(stack: Measurable, work: (orders: Client) => Promise<T>): Promise<T> {
  const sessions = await openSessions(stack.databases)
  try {
    return await work(sessions.orders)
  } finally {
    await Promise.all(sessions.all.map((client) => client.end()))
  }
}
