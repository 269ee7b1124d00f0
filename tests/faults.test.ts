import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Fault } from '../loadtests/lab/faults/fault.ts'
import { makeSchedule } from '../loadtests/lab/faults/load/schedule.ts'
import { toMatrix } from '../loadtests/lab/faults/matrix.ts'
import { duplicated } from '../loadtests/lab/faults/meddle/duplicates.ts'
import type { FaultsResult, RunResult } from '../loadtests/lab/faults/result.ts'
import { runFault } from '../loadtests/lab/faults/run/run-fault.ts'
import { createRunDir } from '../loadtests/lab/infra/run-dir.ts'
import type { StackName } from '../loadtests/lab/stacks/stack.ts'
import { testSecret, testServers } from './support/stack.ts'

const run = promisify(execFile)
const SHORT = { durationMs: 2_500 }

const faults = (...args: string[]) =>
  run(process.execPath, ['loadtests/lab/faults.ts', ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) =>
      ({ code, stdout, stderr }) as { code: number; stdout: string; stderr: string },
  )

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(`${tmpdir()}/faults-`)
})
afterAll(() => rm(dir, { recursive: true }))

/** Runs a fault that is made up here, on the servers that all tests share. */
async function runHere(stack: StackName, fault: Partial<Fault>): Promise<RunResult> {
  const runDir = await createRunDir()
  const infra = {
    ...testServers(),
    pids: {},
    outages: {},
    ready: Promise.resolve(),
    dir: runDir.path,
    stop: runDir.remove,
  }
  try {
    const whole: Fault = {
      name: 'made-up',
      title: 'made up',
      stacks: [stack],
      setup: { load: SHORT },
      ...fault,
    }
    return await runFault(whole, { stack, seed: 1, infra, secret: testSecret, dir })
  } finally {
    await infra.stop()
  }
}

describe('npm run faults', () => {
  it('breaks both stacks, and tells on the terminal and in files how they came through', async () => {
    const out = `${dir}/out`
    const { code, stdout } = await faults('--fault', 'kill-monolith,kill-inventory', '--out', out)
    const result: FaultsResult = JSON.parse(await readFile(`${out}/faults.json`, 'utf8'))
    expect(result.runs.map(({ violations }) => violations)).toEqual([[], []])
    expect({ code, runs: result.matrix.map(({ stack, survived, runs }) => [stack, survived, runs]) }).toEqual(
      {
        code: 0,
        runs: [
          ['monolith', 1, 1],
          ['services', 1, 1],
        ],
      },
    )
    for (const { samples, load, healthyAfterMs } of result.runs) {
      expect(samples.taken).toBeGreaterThan(0)
      expect(load.requests).toBeGreaterThanOrEqual(load.operations)
      expect(healthyAfterMs).toBeGreaterThan(0)
    }
    // The process was away, so something must have failed and been sent again.
    expect(result.matrix.every(({ resent }) => resent > 0)).toBe(true)
    expect(stdout).toContain('All 2 runs survived.')
    expect(await readFile(`${out}/matrix.md`, 'utf8')).toContain(
      '| monolith killed (SIGKILL) | monolith | 1/1 |',
    )
    const history = (await readFile(`${out}/${result.runs[0]!.history}`, 'utf8')).trim().split('\n')
    const lines = history.map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({ fault: 'kill-monolith', stack: 'monolith', seed: 1 })
    expect(lines.filter(({ sent }) => sent).length).toBeGreaterThanOrEqual(result.runs[0]!.load.requests)
  }, 120_000)

  it('combines two faults at a time, drawn, until the time is over, and says how to repeat a round', async () => {
    const out = `${dir}/chaos`
    const names = 'kill-orders,kill-inventory,database-connection-limit-orders,link-orders-rabbitmq-cut'
    const { code, stdout } = await faults(
      '--chaos',
      '--minutes',
      '1',
      '--seed',
      '7',
      '--fault',
      names,
      '--out',
      out,
    )
    const { runs }: FaultsResult = JSON.parse(await readFile(`${out}/faults.json`, 'utf8'))
    expect(runs.flatMap(({ violations }) => violations)).toEqual([])
    expect(code).toBe(0)
    expect(runs[0]!.fault.split('+')).toHaveLength(2)
    expect(runs[0]!.seed).toBe(7)
    const injected = runs[0]!.events.filter(({ what }) => what.endsWith(': inject'))
    expect(injected).toHaveLength(2)
    expect(stdout).toMatch(/^survived seed 7, services: .* \+ .*, healthy after \d+ ms/m)
    expect(stdout).toMatch(/\d+ rounds of two faults each .*: all survived\.$/m)
  }, 180_000)

  it.each([
    [
      'two faults that cannot meet',
      ['--chaos', '--fault', 'kill-orders,hang-orders'],
      /^No two of these faults/,
    ],
    ['an unknown fault', ['--fault', 'meteor'], /^There is no fault meteor\./],
    ['an unknown stack', ['--stack', 'cloud'], /cloud/],
    ['a seed that is no number', ['--seed', 'x'], /whole number/],
    ['no repetition', ['--repeat', '0'], /whole number/],
    ['a fault that the stack cannot have', ['--fault', 'kill-orders', '--stack', 'monolith'], /monolith/],
  ])('refuses %s in one line, with exit code 2', async (_, args, message) => {
    const { code, stderr } = await faults(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('lists the faults, with the stacks of each', async () => {
    const { code, stdout } = await faults('--list', '--stack', 'monolith')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^kill-monolith +monolith killed \(SIGKILL\) \(monolith\)$/m)
    expect(stdout).not.toContain('kill-orders')
  })
})

describe('a run of a fault', () => {
  it('finds an order that was answered and is gone', async () => {
    const { survived, violations } = await runHere('monolith', {
      inject: async ({ stack }) => {
        await onDatabase(stack.databases, 'delete from order_line; delete from orders')
        return undefined
      },
    })
    expect(survived).toBe(false)
    expect(violations.join('\n')).toContain('I1 (history) answered orders exist once')
  })

  it('sees, at that moment, stock that is not conserved, even when it is mended later', async () => {
    // One row: several, locked in another order than the shop's, could make a deadlock.
    const change = (by: string) =>
      `update product set available = available ${by} where sku = (select min(sku) from product)`
    const { violations } = await runHere('monolith', {
      inject: async ({ stack }) => {
        await onDatabase(stack.databases, change('+ 1'))
        return () => onDatabase(stack.databases, change('- 1'))
      },
      lastsMs: 1_000,
    })
    expect(violations).toEqual([expect.stringContaining('I2 stock is conserved at every moment')])
  })

  it('finds failed requests where none may fail, and a death that nobody brought about', async () => {
    const { violations } = await runHere('monolith', {
      expect: { noFailedRequest: true },
      inject: async ({ stack }) => {
        process.kill(stack.processes[0]!.pid, 'SIGKILL')
        await stack.control.ended('monolith')
        return () => stack.control.start('monolith')
      },
    })
    expect(violations).toEqual([
      expect.stringMatching(/^no request fails: \d+ failed/),
      'the stack ends in order: monolith had ended by SIGKILL before it was stopped',
    ])
  })

  it('goes on to the audit when a fault cannot be injected', async () => {
    const { survived, healthyAfterMs, violations } = await runHere('monolith', {
      setup: { load: { ...SHORT, deadlineMs: 1_000 } },
      inject: async ({ stack: { control } }) => {
        control.signal('monolith', 'SIGKILL')
        throw new Error('it went wrong')
      },
    })
    expect({ survived, healthyAfterMs }).toEqual({ survived: false, healthyAfterMs: null })
    expect(violations[0]).toMatch(/^the fault is injected and healed: Error: it went wrong/)
  })

  it('counts the messages that the broker carries twice', async () => {
    const { inject } = duplicated
    const { duplicates, violations } = await runHere('services', { inject, lastsMs: 500 })
    expect(violations).toEqual([])
    expect(duplicates).toBeGreaterThan(0)
  })
})

describe('the schedule', () => {
  const skus = ['A', 'B', 'C', 'D']
  const load = { rate: 40, durationMs: 5_000, deadlineMs: 1 }

  it('is the same for the same seed, and another for another', () => {
    expect(makeSchedule(1, load, skus)).toEqual(makeSchedule(1, load, skus))
    expect(makeSchedule(2, load, skus)).not.toEqual(makeSchedule(1, load, skus))
  })

  it('has every endpoint, keys that differ, and refers to earlier orders alone', () => {
    const schedule = makeSchedule(3, load, skus)
    expect(new Set(schedule.map(({ endpoint }) => endpoint)).size).toBe(7)
    const keys = schedule.flatMap(({ key }) => key ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    for (const { op, of } of schedule.filter((it) => it.of !== undefined)) {
      expect(of).toBeLessThan(op)
      expect(schedule[of!]!.endpoint).toBe('placeOrder')
    }
  })
})

describe('a schedule with repeats', () => {
  it('asks again for earlier orders, under their keys', () => {
    const schedule = makeSchedule(1, { rate: 40, durationMs: 5_000, deadlineMs: 1, repeats: 0.5 }, [
      'A',
      'B',
      'C',
    ])
    const repeats = schedule.filter(({ endpoint, of }) => endpoint === 'placeOrder' && of !== undefined)
    expect(repeats.length).toBeGreaterThan(10)
    for (const { op, of, key, lines, subject } of repeats) {
      expect(of).toBeLessThan(op)
      expect(schedule[of!]).toMatchObject({ key, lines, subject, endpoint: 'placeOrder' })
    }
  })
})

describe('the matrix', () => {
  const one = (seed: number, healthyAfterMs: number | null, violations: string[]): RunResult => ({
    fault: 'f',
    title: 'F',
    stack: 'monolith',
    seed,
    survived: violations.length === 0,
    healthyAfterMs,
    load: { operations: 1, requests: 2, unanswered: 0, orders: {} },
    failed: { placeOrder: { asked: 4, failed: 1, unknown: seed, share: 0 } },
    duplicates: 1,
    resent: 2,
    samples: { taken: 3, databaseDown: 0 },
    violations,
    events: [],
    history: '',
    tookMs: 0,
  })

  it('brings the runs of a fault together', () => {
    expect(toMatrix([one(1, 100, []), one(2, null, ['x', 'y']), one(0, 300, [])])).toEqual([
      {
        fault: 'f',
        title: 'F',
        stack: 'monolith',
        runs: 3,
        survived: 2,
        healthyAfterMs: { median: 200, worst: 300 },
        failed: { placeOrder: { asked: 12, failed: 3, unknown: 3, share: 0.5 } },
        duplicates: 3,
        resent: 6,
        samples: 9,
        violations: 2,
      },
    ])
  })
})

async function onDatabase(databases: object, sql: string): Promise<void> {
  const client = new pg.Client((databases as { monolith: string }).monolith)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
