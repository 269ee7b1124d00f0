import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { jest } from '@jest/globals'
import pg from 'pg'
import { readOptions } from '../loadtests/lab/bench/options.ts'
import type { BenchResult } from '../loadtests/lab/bench/result.ts'
import { bench } from '../loadtests/lab/bench.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { startLadder } from '../loadtests/lab/ladder/start.ts'
import { placeBarely } from '../loadtests/rungs/place.ts'
import { BLANKS } from './support/markup.ts'

const SHORT = ['--rounds', '1', '--seconds', '1', '--rate', '20', '--read-rate', '40']

let out: string
beforeEach(async () => {
  out = await mkdtemp(`${tmpdir()}/bench-`)
})
afterEach(() => rm(out, { recursive: true }))

type Run = { code: number; stdout: string; stderr: string }

/** Runs the command on servers of its own, not on those of the tests. */
function run(...args: string[]): Promise<Run> {
  const { POSTGRES_URL: _, AMQP_URL: __, AMQP_USERS: ___, ...env } = process.env
  const command = [`${projectRoot}/loadtests/lab/bench.ts`, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env, cwd: projectRoot }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

const read = (name: string) => readFile(`${out}/${name}`, 'utf8')

describe('npm run bench', () => {
  it('loads every rung, and sets the ratios beside their aims', async () => {
    const { code, stdout, stderr } = await run(...SHORT, '--out', out)
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(
      /Monolith, checkout +│ +at most 1\.5× .*\n.* app CPU per settled order, monolith \/ bare/,
    )
    expect(stdout).not.toMatch(BLANKS)

    const result = JSON.parse(await read('bench.json')) as BenchResult
    expect(result).toMatchObject({ format: 1, faults: [], capacities: null })
    expect(result.rows).toHaveLength(7)
    // One round is too few to judge by.
    for (const { verdict } of result.rows) expect(verdict).toMatch(/cannot tell|not measured/)
    const absent = result.missing.map((it) => /^The rung "(.*)" is missing: .+\.$/.exec(it)?.[1])
    const checkout = ['database', 'bare', 'monolith', 'gateway', 'services'].filter(
      (it) => !absent.includes(it),
    )
    expect(rungsOf(result, 'checkout')).toEqual(checkout.toSorted())
    const proxy = absent.includes('http-proxy') ? [] : ['proxy']
    expect(rungsOf(result, 'read')).toEqual([...checkout, ...proxy].toSorted())
    for (const { rung, load, work, cpu, orders } of result.turns) {
      expect({ rung, load, isDone: work > 0 }).toEqual({ rung, load, isDone: true })
      const kinds = new Set(cpu.map(({ kind }) => kind))
      expect(kinds.has('RabbitMQ')).toBe(rung === 'services')
      expect(kinds.has('app') && kinds.has('PostgreSQL')).toBe(true)
      if (load === 'checkout' && rung !== 'database') expect(orders.answered).toBeGreaterThan(work)
    }
    expect(processesOf(result, 'services')).toEqual(['gateway', 'inventory', 'orders'])
    expect(processesOf(result, 'gateway')).toEqual(['gateway', 'monolith'])
    expect(result.audits.map(({ rung, audit }) => [rung, audit.passed]).toSorted()).toEqual(
      checkout
        .filter((it) => it !== 'gateway')
        .map((rung) => [rung, true])
        .toSorted(),
    )
    // Charts come with the rounds that are not void; on a busy machine there may be none.
    expect(await readdir(out)).toEqual(expect.arrayContaining(['bench.json', 'bench.md', 'report.html']))
    expect(await read('report.html')).not.toMatch(BLANKS)
  }, 180_000)

  it('is not valid when an audit fails: exit code 1, and no figures', async () => {
    const said = jest.spyOn(console, 'log').mockImplementation(() => {})
    const options = readOptions(['node', 'bench', ...SHORT, '--load', 'checkout', '--out', out])
    const code = await bench(options, async (...args) => {
      const ladder = await startLadder(...args)
      await orderUncounted(
        ladder.rungs.find(({ name }) => name === 'bare')!.databases as { monolith: string },
      )
      return ladder
    })
    const terminal = said.mock.calls.flat().join('\n')
    said.mockRestore()

    expect(code).toBe(1)
    const { faults } = JSON.parse(await read('bench.json')) as BenchResult
    expect(faults).toEqual([expect.stringContaining('bare: the audit failed: I1 as many orders as answers')])
    for (const shown of [terminal, await read('report.html'), await read('bench.md')]) {
      expect(shown).toContain('I1 as many orders as answers')
      expect(shown).not.toMatch(/<svg|CPU ms per/)
    }
  }, 180_000)

  it.each([
    ['--load', 'war'],
    ['--rounds', '0'],
    ['--seconds', '1.5'],
    ['--rate', '-5'],
    ['--read-rate', 'many'],
    ['--seed', '1.5'],
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

/** An order that no client knows of. */
async function orderUncounted({ monolith }: { monolith: string }) {
  const pool = new pg.Pool({ connectionString: monolith })
  await placeBarely(pool, 'mallory', 'a key of nobody', [{ sku: 'MUG-0001', quantity: 1 }])
  await pool.end()
}

/** A void turn was measured anew. */
const rungsOf = ({ turns }: BenchResult, load: string) =>
  [...new Set(turns.filter((it) => it.load === load).map(({ rung }) => rung))].toSorted()

const processesOf = ({ turns }: BenchResult, rung: string) =>
  turns
    .find((it) => it.rung === rung)!
    .cpu.filter(({ kind }) => kind === 'app')
    .map(({ process }) => process)
    .toSorted()
