import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { allowedCores } from '../loadtests/lab/budget/affinity.ts'
import { defaultOptions } from '../loadtests/lab/capacity/options.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { startLoaded } from '../loadtests/lab/overload/loaded.ts'
import { findCapacity } from '../loadtests/lab/overload/measure.ts'
import type { OverloadResult } from '../loadtests/lab/overload/result.ts'
import { BLANKS } from './support/markup.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(`${tmpdir()}/overload-`)
})
afterEach(() => rm(out, { recursive: true }))

type Run = { code: number; stdout: string; stderr: string }

/** Runs the command on servers of its own, not on those of the tests. */
function run(...args: string[]): Promise<Run> {
  const { POSTGRES_URL: _, AMQP_URL: __, AMQP_USERS: ___, ...env } = process.env
  const command = [`${projectRoot}/loadtests/lab/overload.ts`, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env, cwd: projectRoot }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

const read = (name: string) => readFile(`${out}/${name}`, 'utf8')

describe('npm run overload', () => {
  it('loads a stack at multiples of a rate, and tells what became of every order', async () => {
    const short = ['--stack', 'monolith', '--rate', '10', '--factors', '1,3', '--seconds', '2']
    const { code, stdout, stderr } = await run(...short, '--out', out)
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(/monolith 1× +│ +10/)
    expect(stdout).not.toMatch(BLANKS)
    expect(await readdir(out)).toEqual(
      expect.arrayContaining(['overload.json', 'overload.md', 'report.html', 'goodput.svg', 'fates.svg']),
    )

    const result = JSON.parse(await read('overload.json')) as OverloadResult
    expect(result).toMatchObject({ format: 2, seed: 1, stacks: [{ stack: 'monolith', faults: [] }] })
    const [stack] = result.stacks as [OverloadResult['stacks'][0]]
    expect(stack.capacity).toEqual({ perSecond: 10, search: null })
    expect(stack.audit.passed).toBe(true)
    expect(stack.loads.map(({ factor, ratePerSecond }) => [factor, ratePerSecond])).toEqual([
      [1, 10],
      [3, 30],
    ])
    expect(stack.loads[1]!.offered).toBeGreaterThan(stack.loads[0]!.offered)
    for (const load of stack.loads) {
      const { accepted, refused, rateLimited, soldOut, gaveUp, notConnected, notSent, wrong, orders } = load
      const fates = [accepted, refused, rateLimited, soldOut, gaveUp, notConnected, notSent, wrong.count]
      expect(fates.reduce((sum, count) => sum + count)).toBe(load.offered)
      expect(accepted).toBeGreaterThan(0)
      expect(orders.good + orders.late + orders.unsettled).toBe(accepted)
      expect(load.goodputPerSecond).toBe(orders.good / 2)
      expect(load.cores.stack).toBeGreaterThan(0)
      expect(load.cores.k6).toBeGreaterThan(0)
    }
    expect(result.command).toBe(
      'npm run overload -- --stack monolith --factors 1,3 --seconds 2 --rate 10 --seed 1',
    )
    expect(await read('report.html')).not.toMatch(BLANKS)
  }, 120_000)

  it('finds the capacity as npm run capacity does, and counts the orders of the search', async () => {
    const loaded = await startLoaded('services', 1, null)
    try {
      const tiny = { ...defaultOptions(true), from: 1, most: 2, seconds: 1, objective: { p99Ms: 10_000 } }
      const { perSecond, search } = await findCapacity(loaded, tiny, null, () => {})
      expect({ ...search, perSecond, probes: [] }).toEqual({ perSecond: 2, low: 2, high: null, probes: [] })
      const held = search!.probes.map(({ phase, ratePerSecond, failures }) => [
        phase,
        ratePerSecond,
        failures,
      ])
      expect(held).toEqual([
        ['warm-up', 2, []],
        ['bracket', 1, []],
        ['bracket', 2, []],
        ['repeat', 2, []],
        ['repeat', 2, []],
      ])
      const { stack, counts } = loaded
      expect(counts.answered).toBeGreaterThan(0)
      expect(await auditStack(stack.databases, stack.amqp, { counts })).toMatchObject({ passed: true })
    } finally {
      await loaded.stop()
    }
  }, 120_000)

  it('ends where no rate is known to hold, and says why', async () => {
    const loaded = await startLoaded('monolith', 1, null)
    try {
      const hopeless = { ...defaultOptions(true), from: 1, most: 1, seconds: 1, objective: { p99Ms: 1 } }
      await expect(findCapacity(loaded, hopeless, null, () => {})).rejects.toMatchObject({
        message: expect.stringMatching(/^No capacity of the monolith was found \(.*\).*--rate gives one\.$/),
        exitCode: 1,
      })
    } finally {
      await loaded.stop()
    }
  }, 120_000)

  it('searches no further when processes are not where they belong', async () => {
    const all = await allowedCores()
    // Where nothing can be put on cores of its own, nothing is said to be.
    if (!all || all.length < 2) return
    const loaded = await startLoaded('monolith', 1, null)
    try {
      const tiny = { ...defaultOptions(true), from: 1, most: 1, seconds: 1 }
      const unkept = { stack: all.slice(0, 1), k6: all.slice(1) }
      await expect(findCapacity(loaded, tiny, unkept, () => {})).rejects.toMatchObject({
        message: expect.stringMatching(/^The CPU budget was not kept: monolith may use core .* not just/),
        exitCode: 1,
      })
    } finally {
      await loaded.stop()
    }
  }, 120_000)

  it.each([
    ['--stack', 'pyramid'],
    ['--factors', '1,many'],
    ['--factors', '0'],
    ['--factors', '1,50'],
    ['--seconds', '0'],
    ['--rate', '-5'],
    ['--seed', '1.5'],
    ['--unknown', '1'],
    ['--out', '/dev/null/results'],
  ])('refuses %s %s in one line', async (name, value) => {
    const { code, stdout, stderr } = await run(name, value)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(name)
  })
})
