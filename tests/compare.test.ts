import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { buffer } from 'node:stream/consumers'
import { jest } from '@jest/globals'
import { signToken } from '@shop/shared/runtime/auth.ts'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { allowedCores, pinTrees } from '../loadtests/lab/budget/affinity.ts'
import { planBudget } from '../loadtests/lab/budget/budget.ts'
import type { StartBackend } from '../loadtests/lab/compare/backend.ts'
import { startLocal } from '../loadtests/lab/compare/backend-local.ts'
import { readOptions } from '../loadtests/lab/compare/options.ts'
import type { Result, Round } from '../loadtests/lab/compare/result.ts'
import { compare } from '../loadtests/lab/compare.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'

/** So short that nothing can be told, on machines that do other things as well. */
const SHORT = [
  ...['--rounds', '2', '--duration', '2s', '--warm-up', '1s', '--rate', '20'],
  ...['--tolerate', 'company,k6-late,k6-cpu,unsteady'],
]
/** Where one stack shows it as well as two. */
const ONE = ['--rounds', '1', '--stacks', 'monolith']
/** What is tolerated where company is what it is about. */
const ALONE = ['--tolerate', 'k6-late,k6-cpu,unsteady']
const FIGURES = /CPU time per settled order|<svg|Latency to settle/

let out: string
beforeEach(async () => {
  out = await mkdtemp(`${tmpdir()}/compare-`)
})
afterEach(() => rm(out, { recursive: true }))

type Run = { code: number; stdout: string; stderr: string }

/** Runs the command on servers of its own, not on those of the tests. */
function run(...args: string[]): Promise<Run> {
  const { POSTGRES_URL: _, AMQP_URL: __, ...env } = process.env
  const command = [`${projectRoot}/loadtests/lab/compare.ts`, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env, cwd: projectRoot }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

const read = (name: string) => readFile(`${out}/${name}`, 'utf8')

describe('npm run compare', () => {
  it('measures both stacks and writes what it found', async () => {
    const { code, stdout, stderr } = await run(...SHORT, '--out', out)
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(/monolith +│ +services +│ +services \/ monolith +│ +less has +│ +A\/A/)
    expect(stdout).toMatch(/CPU time per settled order, ms +│ +[\d.]+ +│ +[\d.]+ +│ [\d.]+×.+│ cannot tell/)
    expect(await readdir(out)).toEqual(
      expect.arrayContaining(['result.json', 'report.md', 'report.html', 'cpu.svg', 'latency-settled.svg']),
    )

    const result = JSON.parse(await read('result.json'))
    expect(result).toMatchObject({ format: 2, verdict: { valid: true, reasons: [] } })
    expect(result.audit.map((it: { passed: boolean }) => it.passed)).toEqual([true, true])
    const arms = result.rounds.map((it: Round) => `${it.round} ${it.stack} ${it.isControl}`)
    expect(arms.toSorted()).toEqual(
      [1, 2].flatMap((block) => [
        `${block} monolith false`,
        `${block} monolith true`,
        `${block} services false`,
      ]),
    )
    expect(result.fairness.stacks).toMatchObject([
      { name: 'monolith', nodeProcesses: 1, databaseConnections: 20, durability: { fsync: 'on' } },
      { name: 'services', nodeProcesses: 3, databaseConnections: 20, durability: { fsync: 'on' } },
    ])
    for (const round of result.rounds) {
      expect(round.orders.stored).toBe(round.orders.answered)
      expect(decodeFromCompressedBase64(round.load.latencies.settled.hdr).totalCount).toBe(
        round.load.latencies.settled.count,
      )
      expect(round.work).toBeGreaterThanOrEqual(40)
      expect(round.load.droppedIterations).toBe(0)
      for (const process of round.processes) {
        expect(process.cpuMs).toBeGreaterThan(0)
        expect(process.memoryMiB.peak).toBeGreaterThanOrEqual(process.memoryMiB.median)
        expect(process.memoryMiB.median).toBeGreaterThan(5)
      }
    }
    expect(await undocumented(result)).toEqual([])
    await expectSelfContained()
  }, 120_000)

  it('has k6 send its figures to a remote-write address as well', async () => {
    const received: { headers: IncomingHttpHeaders; body: Buffer }[] = []
    const receiver = createServer(async (request, response) => {
      received.push({ headers: request.headers, body: await buffer(request) })
      response.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address() as AddressInfo
    const address = `http://127.0.0.1:${port}`
    const { code, stderr } = await run(...SHORT, ...ONE, '--prometheus', address, '--out', out)
    receiver.close()
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(received[0]!.headers['x-prometheus-remote-write-version']).toBeDefined()
    // Snappy leaves as it is what occurs for the first time: the beginning of all of k6's names.
    expect(received[0]!.body.toString('latin1')).toContain('k6_')
  }, 120_000)

  it.each([
    ['--scenario', 'war'],
    ['--stacks', 'monolith,pyramid'],
    ['--rounds', '0'],
    ['--duration', 'long'],
    ['--rate', '-5'],
    ['--seed', '1.5'],
    ['--budget', 'generous'],
    ['--tolerate', 'noise'],
    ['--prometheus', 'prometheus:9090'],
    ['--via', 'pigeon'],
    ['--unknown', '1'],
    ['--out', '/dev/null/results'],
    ['--budget', 'naive', '--via', 'docker'],
  ])('refuses %s %s in one line', async (name, ...values) => {
    const { code, stdout, stderr } = await run(name, ...values)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(name)
  })

  it('shows no figures when the audit fails', async () => {
    const said = jest.spyOn(console, 'log').mockImplementation(() => {})
    const options = readOptions(['node', 'compare', ...SHORT, ...ONE, '--out', out])
    const code = await compare(options, withUncountedOrder)
    const terminal = said.mock.calls.flat().join('\n')
    said.mockRestore()

    expect(code).toBe(1)
    const result = JSON.parse(await read('result.json'))
    expect(result.verdict.valid).toBe(false)
    expect(result.comparison).toBeNull()
    expect(result.verdict.reasons).toHaveLength(1)
    for (const reason of result.verdict.reasons) expect(reason).toContain('I1 as many orders as answers')
    for (const shown of [terminal, await read('report.html'), await read('report.md')]) {
      expect(shown).toContain('not valid')
      expect(shown).toContain('I1 as many orders as answers')
      expect(shown).not.toMatch(FIGURES)
    }
    expect(terminal).not.toContain('run it again')
    expect((await readdir(out)).filter((file) => file.endsWith('.svg'))).toEqual([])
  }, 120_000)
})

describe('a run that was sabotaged', () => {
  const sabotaged = async (start: StartBackend, ...args: string[]) => {
    const said = jest.spyOn(console, 'log').mockImplementation(() => {})
    const options = readOptions(['node', 'compare', ...SHORT, ...ONE, ...args, '--out', out])
    const code = await compare(options, start)
    const terminal = said.mock.calls.flat().join('\n')
    said.mockRestore()
    const result = JSON.parse(await read('result.json')) as Result
    for (const shown of [terminal, await read('report.html'), await read('report.md')])
      expect(shown).not.toMatch(FIGURES)
    expect(terminal.includes('run it again')).toBe(result.audit.every(({ passed }) => passed))
    return { code, result }
  }

  it('by an order that no client asked for, is void, is measured anew, and stays void', async () => {
    const { code, result } = await sabotaged(withOrdersOfOthers)
    expect(code).toBe(1)
    expect(result.blocks).toEqual({ counted: 0, void: 2 })
    for (const round of result.rounds)
      expect(round.void).toEqual([expect.stringContaining('and the database has')])
    expect(result.verdict.reasons[0]).toBe('2 of 2 blocks are void')
  }, 120_000)

  it('by a rate that the stack refuses, is void', async () => {
    const { code, result } = await sabotaged(startLocal, '--rate', '2000')
    expect(code).toBe(1)
    expect(result.rounds[0]!.void.join()).toMatch(/of \d+ requests failed/)
  }, 120_000)

  it('by a program that is busy beside it, is void', async () => {
    const busy = spawn(process.execPath, ['--eval', 'for (;;);'])
    try {
      const { code, result } = await sabotaged(startLocal, ...ALONE)
      expect(code).toBe(1)
      expect(result.rounds[0]!.void).toEqual([expect.stringMatching(/^other programs, .* took \d+%/)])
    } finally {
      busy.kill()
    }
  }, 120_000)

  it('by a process that leaves its cores, is void', async () => {
    const cores = await allowedCores()
    if (!cores || cores.length < 2) return expect((await planBudget('fair')).cores).toBeNull()
    const { code, result } = await sabotaged(breakingOut)
    expect(code).toBe(1)
    expect(result.rounds[0]!.void).toEqual([expect.stringContaining('the CPU budget was not kept: monolith')])
  }, 120_000)
})

/** The monolith may use every core as soon as it is measured. */
const breakingOut: StartBackend = async (stacks, budget) => {
  const backend = await startLocal(stacks, budget)
  const cores = (await allowedCores())!
  const targets = backend.targets.map((target) => ({
    ...target,
    untilAtRest: async () => {
      await pinTrees([target.shares!.apps[0]!.pid], cores)
      return target.untilAtRest()
    },
  }))
  return { ...backend, targets }
}

/** Before each look at the database an order comes in that k6 knows nothing of. */
const withOrdersOfOthers: StartBackend = async (stacks, budget) => {
  const backend = await startLocal(stacks, budget)
  const targets = backend.targets.map((target) => ({
    ...target,
    countOrders: async () => {
      await order(target.url, backend.secret)
      return target.countOrders()
    },
  }))
  return { ...backend, targets }
}

/** An order between load and audit that no client knows of. */
const withUncountedOrder: StartBackend = async (stacks, budget) => {
  const backend = await startLocal(stacks, budget)
  const targets = backend.targets.map((target) => ({
    ...target,
    audit: async (counts: { answered: number; lost: number }) => {
      await order(target.url, backend.secret)
      return target.audit(counts)
    },
  }))
  return { ...backend, targets }
}

async function order(url: string, secret: string) {
  const headers = {
    authorization: `Bearer ${await signToken(secret, { sub: 'mallory', role: 'customer' }, '1h')}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
    prefer: 'wait=10',
  }
  const body = JSON.stringify({ lines: [{ sku: 'MUG-0001', quantity: 1 }] })
  const { status } = await fetch(`${url}/orders`, { method: 'POST', headers, body })
  expect(status).toBe(201)
}

/** Names of fields that docs/result-format.md does not speak of. */
async function undocumented(result: object): Promise<string[]> {
  const documentation = await readFile(`${projectRoot}/docs/result-format.md`, 'utf8')
  const code = documentation.match(/`[^`]+`/g)!.join(' ')
  const words = new Set(code.match(/\w+/g))
  return [...fieldsOf(result)].filter((field) => !words.has(field))
}

/** Names of all fields. The keys of orders by status and of latencies are values. */
function* fieldsOf(value: unknown, parent = ''): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    if (!Array.isArray(value) && !['orders', 'latencies', 'cut'].includes(parent)) yield key
    yield* fieldsOf(child, Array.isArray(value) ? parent : key)
  }
}

async function expectSelfContained() {
  const html = await read('report.html')
  expect(html.match(/<svg /g)).toHaveLength(5)
  expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|src=/)
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)
  expect(links).toEqual(['result.json'])
}
