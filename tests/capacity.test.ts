import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { CapacityResult } from '../loadtests/lab/capacity/result.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { BLANKS } from './support/markup.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(`${tmpdir()}/capacity-`)
})
afterEach(() => rm(out, { recursive: true }))

type Run = { code: number; stdout: string; stderr: string }

/** Runs the command on servers of its own, not on those of the tests. */
function run(...args: string[]): Promise<Run> & { child: ChildProcess } {
  const { POSTGRES_URL: _, AMQP_URL: __, AMQP_USERS: ___, ...env } = process.env
  const command = [`${projectRoot}/loadtests/lab/capacity.ts`, ...args]
  const { promise, resolve } = Promise.withResolvers<Run>()
  const child = execFile(process.execPath, command, { env, cwd: projectRoot }, (error, stdout, stderr) => {
    resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
  })
  return Object.assign(promise, { child })
}

const read = (name: string) => readFile(`${out}/${name}`, 'utf8')
/** Other tests run beside this one: what they do to the figures does not matter here, and what held has held in spite of them. */
const TINY = ['--seconds', '3', '--from', '1', '--most', '2', '--repeats', '2']

describe('npm run capacity', () => {
  it('searches both stacks up to the highest rate that it may try, and tells what each probe saw', async () => {
    const { code, stdout, stderr } = await run(...TINY, '--objective', '10s', '--out', out)
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
    expect(stderr).toMatch(/services, 2 orders a second: held, p99 \d+ ms/)
    expect(stdout).toContain('The services hold at least 2 orders a second.')
    expect(stdout).not.toMatch(BLANKS)
    const files = ['capacity.json', 'capacity.md', 'cpu-by-load.svg', 'latency-by-load.svg', 'report.html']
    expect((await readdir(out)).sort()).toEqual(files)

    const result = JSON.parse(await read('capacity.json')) as CapacityResult
    expect(result).toMatchObject({
      format: 2,
      ratio: null,
      faults: [],
      refusals: [],
      budget: { kind: 'fair' },
    })
    expect(result.stacks.map(({ stack }) => stack)).toEqual(['monolith', 'services'])
    for (const { probes, audit, ...found } of result.stacks) {
      expect(found).toMatchObject({ perSecond: 2, low: 2, high: null })
      expect(probes.map(({ phase, ratePerSecond }) => [phase, ratePerSecond])).toEqual([
        ['warm-up', 2],
        ['bracket', 1],
        ['bracket', 2],
        ['repeat', 2],
        ['repeat', 2],
      ])
      for (const { settled, unsettled, failures, answered, cores, cpuMsPerOrder } of probes) {
        expect(settled!.p99Ms).toBeGreaterThan(0)
        expect({ unsettled, failures }).toEqual({ unsettled: 0, failures: [] })
        // All that was spent, in the five seconds of load, is spread over all orders.
        expect(cpuMsPerOrder!.apps * answered).toBeCloseTo(cores.apps * 5_000)
        expect(cpuMsPerOrder!.servers * answered).toBeCloseTo(cores.servers * 5_000)
      }
      for (const part of ['apps', 'servers', 'k6'] as const)
        expect(Math.max(...probes.map(({ cores }) => cores[part]))).toBeGreaterThan(0)
      // It counts the orders of all probes against those in the database.
      expect(audit.passed).toBe(true)
    }
    expect(result.command).toContain('--stack both --objective 10000ms --budget fair --seconds 3 --repeats 2')
    expect(await read('report.html')).not.toMatch(BLANKS)
  }, 180_000)

  it('says so when a stack holds nothing', async () => {
    // Where k6 happens to be late, that would explain a millisecond.
    const alone = ['--tolerate', 'k6-late,k6-cpu,company']
    const nothing = ['--stack', 'monolith', '--objective', '1ms', '--budget', 'naive', ...alone]
    const { code, stdout, stderr } = await run(...TINY, ...nothing, '--out', out)
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
    expect(stdout).toContain('The monolith holds no rate at all.')
    const { stacks, budget } = JSON.parse(await read('capacity.json')) as CapacityResult
    expect(budget).toMatchObject({ kind: 'naive', cores: null })
    expect(stacks[0]).toMatchObject({ perSecond: 0, low: 0, high: 1 })
    for (const { failures } of stacks[0]!.probes)
      expect(failures).toEqual([
        expect.objectContaining({
          kind: 'slow',
          why: expect.stringMatching(/^p99 was \d+ ms and not under 1 ms$/),
        }),
      ])
  }, 120_000)

  it('answers on a busy machine, names who was busy, and refuses that for --strict', async () => {
    const busy = spawn(process.execPath, ['--title', 'busybody', '--eval', 'for (;;) {}'])
    const nothing = ['--stack', 'monolith', '--objective', '1ms', '--budget', 'naive', '--strict']
    const late = ['--tolerate', 'k6-late,k6-cpu']
    const { code, stdout } = await run(...TINY, ...nothing, ...late, '--out', out).finally(() => busy.kill())
    expect(code).toBe(1)
    // A failure by so little may be explained by it, each time: then nothing is known.
    expect(stdout).toMatch(/The run is refused, as --strict asks|no probe could be judged/)
    expect(stdout).toMatch(/(it was not alone|cannot be told).* other programs took \d+%/)
    const { stacks, refusals, command } = JSON.parse(await read('capacity.json')) as CapacityResult
    expect(refusals).not.toEqual([])
    expect(stacks[0]!.probes.flatMap((it) => it.company.programs.map(({ name }) => name))).toContain(
      'busybody',
    )
    expect(stacks[0]!.probes[0]!.disturbances.map(({ kind }) => kind)).toContain('company')
    expect(command).toContain(' --strict ')
  }, 120_000)

  it('ends after the probe under way when it is asked to, and reports what there is', async () => {
    const running = run(...TINY, '--objective', '10s', '--out', out)
    const { child } = running
    child.stderr!.on('data', (text: Buffer) => {
      if (/monolith, 1 orders a second: held/.test(String(text))) child.kill('SIGINT')
    })
    const { code, stdout, stderr } = await running
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
    expect(stdout).toContain('The search was ended by hand before it was over.')
    const { endedByHand, stacks } = JSON.parse(await read('capacity.json')) as CapacityResult
    expect(endedByHand).toBe(true)
    // One probe that held bounds nothing.
    for (const it of stacks) expect(it).toMatchObject({ perSecond: 0, low: null, high: null })
    expect(stacks.map(({ probes }) => probes.length)).toEqual([expect.any(Number), 0])
    expect(stacks[0]!.probes.length).toBeLessThanOrEqual(3)
    for (const { audit } of stacks) expect(audit.passed).toBe(true)
  }, 120_000)

  it('puts a stack and its servers on one core, and itself elsewhere', async () => {
    const colocated = ['--stack', 'services', '--from', '2', '--objective', '10s', '--budget', 'colocated']
    const { code, stdout, stderr } = await run(...TINY, ...colocated, '--out', out)
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
    const { stacks, budget } = JSON.parse(await read('capacity.json')) as CapacityResult
    // Each probe looks where its processes are. A system that pins none says so.
    expect(stacks[0]!.probes.flatMap((it) => it.void)).toEqual([])
    if (!budget.cores) return expect(budget.how).toMatch(/^None/)
    const { apps, rest, k6 } = budget.cores
    expect({ kind: budget.kind, rest }).toEqual({ kind: 'colocated', rest: apps })
    expect(k6).not.toContain(apps[0])
  }, 120_000)

  it.each([
    ['--stack', 'pyramid'],
    ['--objective', '250'],
    ['--objective', '0ms'],
    ['--objective', '11s'],
    ['--budget', 'generous'],
    ['--via', 'docker'],
    ['--seconds', '0'],
    ['--repeats', '1.5'],
    ['--repeats', '1'],
    ['--from', '-5'],
    ['--most', 'all'],
    ['--tolerate', 'everything'],
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
