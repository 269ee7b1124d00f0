import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { k6Command } from '../loadtests/lab/infra/k6.ts'
import { cacheDir, projectRoot } from '../loadtests/lab/infra/paths.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { seedCatalogue } from '../loadtests/lab/seed.ts'
import type { StackName } from '../loadtests/lab/stacks/start.ts'
import { adminToken, testSecret, useStack } from './support/stack.ts'

const THRESHOLDS_CROSSED = 99
const ABORTED = 108

type Metric = { count?: number; passes?: number; fails?: number }
type Run = { code: number; output: string; metrics: Record<string, Metric> }

let dir: string
beforeAll(async () => {
  // In the checkout, which is all that a k6 in a container can see.
  dir = await mkdtemp(`${cacheDir}/k6-test-`)
})
afterAll(() => rm(dir, { recursive: true }))

async function k6(
  script: string,
  url: string,
  settings: Record<string, string> = {},
  more: string[] = [],
): Promise<Run> {
  const { cmd, args, env } = k6Command()
  const summary = `${dir}/summary.json`
  await rm(summary, { force: true })
  const variables = {
    BASE_URL: url,
    AUTH_SECRET: testSecret,
    RATE: '10',
    DURATION: '2s',
    LATENCY_LIMITS: 'off',
    ...settings,
  }
  const given = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  const options = ['--quiet', '--no-color', '--no-usage-report', '--summary-export', summary]
  const path = `${projectRoot}/loadtests/k6/${script}`
  return new Promise((resolve) => {
    const all = [...args, 'run', ...options, ...given, ...more, path]
    execFile(cmd, all, { env }, async (error, stdout, stderr) => {
      const text = await readFile(summary, 'utf8').catch(() => '{"metrics":{}}')
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0
      resolve({ code, output: stdout + stderr, metrics: JSON.parse(text).metrics })
    })
  })
}

describe.each<StackName>(['monolith', 'services'])('the k6 scripts, against the %s', (name) => {
  const stack = useStack(name)
  beforeAll(async () => {
    await seedCatalogue(stack.current.url, await adminToken(), { products: 30, stockEach: 10_000, seed: 1 })
  })

  async function passes(script: string, settings?: Record<string, string>): Promise<Run['metrics']> {
    const { code, output, metrics } = await k6(script, stack.current.url, settings)
    expect({ code, output }).toEqual({ code: 0, output: expect.anything() })
    expect(metrics.checks).toMatchObject({ fails: 0 })
    return metrics
  }

  it('1-smoke makes every call', async () => {
    const metrics = await passes('1-smoke.ts')
    expect(metrics.checks?.passes).toBe(8)
  })

  it('2-browse starts its iterations at the rate', async () => {
    const metrics = await passes('2-browse.ts')
    expect(metrics.iterations?.count).toBeGreaterThanOrEqual(20)
  })

  it('3-checkout settles orders, and measures both latencies', async () => {
    const metrics = await passes('3-checkout.ts')
    expect(metrics.orders_answered?.count).toBe(metrics.iterations?.count)
    expect(metrics.orders_settled?.count).toBeGreaterThanOrEqual(10)
    expect(metrics).toHaveProperty('order_accepted_ms')
    expect(metrics).toHaveProperty('order_settled_ms')
  })

  it('4-journey reads its order back and sometimes cancels', async () => {
    const metrics = await passes('4-journey.ts')
    expect(metrics.orders_answered?.count).toBe(metrics.iterations?.count)
    expect(metrics).toHaveProperty('http_req_duration{name:cancel order}')
  })

  it('5-hot-product sells out exactly', async () => {
    const metrics = await passes('5-hot-product.ts', { STOCK: '7' })
    expect(metrics.orders_confirmed?.count).toBe(7)
    expect(metrics.orders_rejected?.count).toBe(metrics.iterations!.count! - 7)
  })

  it('5-hot-product fails when not all of the stock was sold', async () => {
    const { code, output } = await k6('5-hot-product.ts', stack.current.url, { STOCK: '500' })
    expect(code).toBe(THRESHOLDS_CROSSED)
    expect(output).toContain('✗ exactly the stock was sold')
  })

  it('refuses a secret that is not the stack’s', async () => {
    const { code } = await k6('1-smoke.ts', stack.current.url, {
      AUTH_SECRET: 'not the secret of this stack at all',
    })
    expect(code).toBe(THRESHOLDS_CROSSED)
  })
})

describe('the k6 scripts, used wrongly', () => {
  const scripts = readdirSync(`${projectRoot}/loadtests/k6`).filter((name) => /^\d/.test(name))
  const waysToLose = [
    ['--vus', '3', '--duration', '1s'],
    ['--iterations', '2'],
    ['--stage', '1s:2'],
    ['--rps', '5'],
  ]

  it.each(scripts)('%s stops when it has lost its own load', async (script) => {
    for (const way of script.startsWith('1') ? waysToLose.slice(0, 3) : waysToLose) {
      const { code, output, metrics } = await k6(script, 'http://127.0.0.1:1', {}, way)
      expect(code).toBe(ABORTED)
      expect(output).toMatch(/test aborted: .* arrival rate/)
      expect(metrics.iterations).toBeUndefined()
    }
  })

  it('say that nothing answers', async () => {
    const { code, output } = await k6('2-browse.ts', `http://127.0.0.1:${await freePort()}`)
    expect(code).not.toBe(0)
    expect(output).toContain('Is the stack up?')
  })

  it.each([
    ['RATE', 'many', 'RATE is many; it must be a whole number from 1'],
    ['RATE', '0', 'RATE is 0; it must be a whole number from 1'],
    ['DURATION', 'long', 'DURATION is long; write it as 30s or 2m'],
  ])('say what is wrong with %s=%s', async (name, value, message) => {
    const { code, output } = await k6('2-browse.ts', 'http://127.0.0.1:1', { [name]: value })
    expect(code).not.toBe(0)
    expect(output).toContain(message)
  })
})
