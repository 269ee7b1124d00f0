import assert from 'node:assert/strict'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { startLink } from '../loadtests/lab/faults/link.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { type ProcessPlan, planProcesses } from '../loadtests/lab/stacks/plan.ts'
import type { StackName } from '../loadtests/lab/stacks/stack.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { customerToken, testSecret, testServers } from './support/stack.ts'

const stackOf = (name: string): StackName => (name === 'monolith' ? 'monolith' : 'services')

/** Each process, and what it works with, by the variable that says where it is. */
const rows: [process: string, dependency: string, variable: string][] = [
  ['monolith', 'PostgreSQL', 'DATABASE_URL'],
  ['orders', 'PostgreSQL', 'DATABASE_URL'],
  ['orders', 'RabbitMQ', 'AMQP_URL'],
  ['inventory', 'PostgreSQL', 'DATABASE_URL'],
  ['inventory', 'RabbitMQ', 'AMQP_URL'],
]

async function answer(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), text, body: JSON.parse(text) }
}

/** The plan with a port that nothing listens on: for PostgreSQL, whatever role it is asked as. */
async function withoutIt(plan: ProcessPlan, variable: string): Promise<ProcessPlan> {
  const port = String(await freePort())
  const elsewhere = Object.entries(plan.env).flatMap(([name, value]) =>
    name.endsWith(variable) ? [[name, Object.assign(new URL(value), { port }).href]] : [],
  )
  return { ...plan, env: { ...plan.env, ...Object.fromEntries(elsewhere) } }
}

describe.each(rows)('%s without %s', (name, dependency, variable) => {
  let storage: Storage
  let plan: ProcessPlan
  let process: TestProcess
  let there: URL
  const here = () => Number(new URL(plan.env[variable]!).port)

  beforeAll(async () => {
    storage = await createStorage(stackOf(name), testServers())
    const plans = await planProcesses(stackOf(name), storage, { secret: testSecret })
    plan = plans.find((it) => it.name === name)!
    there = new URL(plan.env[variable]!)
    plan = await withoutIt(plan, variable)
    process = startProcess(plan)
    await process.says(`Server listening at ${plan.url}`)
  })

  afterAll(async () => {
    process.signal('SIGKILL')
    await process.ended
    await storage.remove()
  })

  it('lives, and its health names what is missing', async () => {
    expect(await answer(`${process.url}/health/live`)).toMatchObject({ status: 200 })
    await eventually(async () => {
      const { status, body } = await answer(`${process.url}/health`)
      assert.equal(status, 200)
      assert.equal(body.status, 'degraded')
      assert.equal(body.checks[dependency].status, 'missing')
    })
  })

  it('is ready when it can do its work by itself: only without its own database it is not', async () => {
    await eventually(async () => {
      const { status, type, body } = await answer(`${process.url}/health/ready`)
      if (dependency === 'RabbitMQ') return assert.equal(status, 200)
      assert.deepEqual([status, type], [503, 'application/problem+json'])
      assert.equal(body.detail, `Missing: ${dependency}`)
    })
  })

  it('answers requests with a problem that tells no secret, or does what it can without', async () => {
    const path = name === 'orders' ? '/orders' : '/products'
    const headers = { authorization: `Bearer ${await customerToken()}` }
    const { status, type, text, body } = await answer(process.url + path, headers)
    if (dependency === 'RabbitMQ') return expect(status).toBe(200)
    expect([status, type]).toEqual([503, 'application/problem+json'])
    expect(body.type).toBe('urn:one-shop-twice:problem:unavailable')
    expect(text).not.toMatch(/127\.0\.0\.1|ECONN|postgres/i)
  })

  it('misses nothing once it is there', async () => {
    const to = { host: there.hostname, port: Number(there.port) }
    const link = await startLink({ to, port: here() })
    try {
      await eventually(async () => {
        assert.equal((await answer(`${process.url}/health/ready`)).status, 200)
        const { body } = await answer(`${process.url}/health`)
        assert.equal(body.checks[dependency].status, 'ok')
      })
    } finally {
      await link.close()
    }
  })
})

describe.each(rows)('%s that never saw %s', (name, _dependency, variable) => {
  it('stops on SIGTERM with 0', async () => {
    const storage = await createStorage(stackOf(name), testServers())
    const plans = await planProcesses(stackOf(name), storage, { secret: testSecret })
    const plan = plans.find((it) => it.name === name)!
    const process = startProcess(await withoutIt(plan, variable))
    await process.says(`Server listening at ${plan.url}`)
    process.signal('SIGTERM')
    expect(await process.ended).toBe(0)
    expect(await storage.remove()).toEqual([])
  }, 15_000)
})
