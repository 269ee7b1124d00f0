import assert from 'node:assert/strict'
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
import { eventually } from '@shop/shared/testing/eventually.ts'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { allowedCores, pinTrees } from '../loadtests/lab/budget/affinity.ts'
import { planBudget } from '../loadtests/lab/budget/budget.ts'
import { armsOf } from '../loadtests/lab/compare/arms.ts'
import type { StartBackend } from '../loadtests/lab/compare/backend.ts'
import { startLocal } from '../loadtests/lab/compare/backend-local.ts'
import { readOptions } from '../loadtests/lab/compare/options.ts'
import type { Result } from '../loadtests/lab/compare/result.ts'
import { compare } from '../loadtests/lab/compare.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { startStranger } from './support/stranger.ts'

/** So short that nothing can be told. */
const SHORT = ['--blocks', '1', '--duration', '2s', '--lead', '1s', '--rate', '20']
/** Where one stack shows it as well as two. */
const ONE = ['--stacks', 'monolith']
const FIGURES = /CPU time per settled order|<svg|Latency to settle/

let out: string
beforeEach(async () => {
  out = await mkdtemp(`${tmpdir()}/compare-`)
})
afterEach(() => rm(out, { recursive: true }))

type Run = { code: number; stdout: string; stderr: string }

/** Runs the command on servers of its own, not on those of the tests. */
const run = (...args: string[]) => execute([`${projectRoot}/loadtests/lab/compare.ts`, ...args])

function execute(command: string[]): Promise<Run> {
  const { POSTGRES_URL: _, AMQP_URL: __, ...env } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env, cwd: projectRoot }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

const read = (name: string) => readFile(`${out}/${name}`, 'utf8')

const resultOf = async () => JSON.parse(await read('result.json')) as Result

describe('npm run compare', () => {
  it('measures both stacks and writes what it found', async () => {
    const { code, stdout, stderr } = await run(...SHORT, '--out', out)
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(/monolith +│ +services +│ +services \/ monolith/)
    expect(stdout).toMatch(/CPU time per settled order, ms +│ +[\d.]+ +│ +[\d.]+ +│ +[\d.]+×/)
    expect(await readdir(out)).toEqual(
      expect.arrayContaining([
        ...['result.json', 'rounds.jsonl', 'report.md', 'report.html', 'cpu.svg', 'latency-settled.svg'],
      ]),
    )

    const result = await resultOf()
    expect(result).toMatchObject({ format: 3, verdict: { valid: true, reasons: [] } })
    expect(result.audit.map(({ arm, passed }) => [arm, passed])).toEqual([
      ['monolith', true],
      ['services', true],
    ])
    const order = result.rounds.map(({ arm }) => arm[0]).join('')
    expect(['mssm', 'smms']).toContain(order)
    expect(result.fairness.arms).toMatchObject([
      { name: 'monolith', nodeProcesses: 1, databaseConnections: 20, durability: { fsync: 'on' } },
      { name: 'services', nodeProcesses: 3, databaseConnections: 20, durability: { fsync: 'on' } },
    ])
    for (const round of result.rounds) {
      expect(round.orders!.stored).toBe(round.orders!.answered)
      const { hdr, count } = round.load.latencies.settled!
      expect(decodeFromCompressedBase64(hdr!).totalCount).toBe(count)
      expect(round.work).toBeGreaterThanOrEqual(60)
      // The lead is offered, and its latencies are not counted.
      expect(count + round.load.latencies.accepted!.count).toBeLessThanOrEqual(41)
      for (const process of round.processes) {
        expect(process.cpuMs).toBeGreaterThan(0)
        expect(process.memoryMiB.peak).toBeGreaterThanOrEqual(process.memoryMiB.median)
        expect(process.memoryMiB.median).toBeGreaterThan(5)
      }
    }
    const lines = (await read('rounds.jsonl')).trim().split('\n')
    expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual([
      'facts',
      ...result.rounds.map(() => 'round'),
      ...['audit', 'audit', 'ending'],
    ])
    expect(await undocumented(result)).toEqual([])
    await expectSelfContained()
  }, 120_000)

  it('finds a rate by itself, and orders the measurements by the clock, unless it is told', async () => {
    const { code } = await run(...ONE, '--blocks', '1', '--duration', '1s', '--lead', '1s', '--out', out)
    expect(code).toBe(0)
    const { options, rateTries } = await resultOf()
    expect(options.isRateGiven).toBe(false)
    expect(rateTries.at(-1)).toMatchObject({ ratePerSecond: options.ratePerSecond })
    expect(rateTries.slice(0, -1).every(({ fits }) => !fits)).toBe(true)
    const seeds = ['1', '2'].map(() => readOptions(['node', 'compare']).orderSeed)
    expect(Math.abs(seeds[0]! - (Date.now() % 1_000_000))).toBeLessThan(60_000)
    expect(readOptions(['node', 'compare', '--order-seed', '7']).orderSeed).toBe(7)
  }, 120_000)

  it('starts the processes anew every other block, and audits each start', async () => {
    const { code } = await run(...SHORT, ...ONE, '--blocks', '3', '--out', out)
    expect(code).toBe(0)
    const { rounds, audit } = await resultOf()
    expect(rounds.map(({ block, start }) => `${block}${start}`)).toEqual(['11', '11', '21', '21', '32', '32'])
    expect(audit.map(({ start, passed }) => [start, passed])).toEqual([
      [1, true],
      [2, true],
    ])
  }, 120_000)

  it('holds the working tree against a commit of the same stack', async () => {
    const { code, stderr } = await run(...SHORT, '--against', 'HEAD', ...ONE, '--out', out)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const { arms, options, comparison } = await resultOf()
    expect(arms).toMatchObject([
      { name: 'before', stack: 'monolith', commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
      { name: 'now', stack: 'monolith', commit: null },
    ])
    expect(options.against).toBe('HEAD')
    expect(comparison!.find(({ id }) => id === 'cpu')).toMatchObject({ verdict: 'cannot tell' })
  }, 120_000)

  describe('that is ended by hand', () => {
    /** Starts a run of many blocks. Resolves when it has written a number of rounds. */
    async function startLong(rounds: number) {
      const { POSTGRES_URL: _, AMQP_URL: __, ...env } = process.env
      const args = [...SHORT, ...ONE, '--blocks', '100', '--out', out]
      const command = [`${projectRoot}/loadtests/lab/compare.ts`, ...args]
      const child = spawn(process.execPath, command, { env, cwd: projectRoot, stdio: 'ignore' })
      const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
      const written = async () => (await read('rounds.jsonl').catch(() => '')).split('{"round":').length - 1
      await eventually(async () => assert.ok((await written()) >= rounds), 60_000)
      return { child, exited }
    }

    it('reports what there is at the first Ctrl-C, which npm may pass on twice', async () => {
      const { child, exited } = await startLong(3)
      child.kill('SIGINT')
      child.kill('SIGINT')
      expect(await exited).toEqual([0, null])
      const { ending, blocks, comparison, audit, notes } = await resultOf()
      expect(ending).toMatchObject({ because: 'asked' })
      expect(blocks.counted).toBeGreaterThanOrEqual(1)
      expect(comparison).not.toBeNull()
      expect(audit).toMatchObject([{ passed: true }])
      expect(notes.join()).toContain('ended by hand')
    }, 120_000)

    it('leaves what can be reported when it is killed', async () => {
      const { child, exited } = await startLong(2)
      child.kill('SIGKILL')
      await exited
      expect(await readdir(out)).not.toContain('result.json')
      const report = [`${projectRoot}/loadtests/lab/report.ts`, out]
      const { code, stdout } = await execute(report)
      expect(code).toBe(0)
      expect(stdout).toContain('CPU time per settled order')
      expect(stdout).toContain('not audited')
    }, 120_000)
  })

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
    ['--blocks', '0'],
    ['--time', '0s'],
    ['--order-seed', '-1'],
    ['--against', 'no-such-revision'],
    ['--against', '--help'],
    ['--against', 'HEAD', '--stacks', 'monolith,services'],
    ['--against', 'HEAD', '--via', 'docker'],
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
    const progress = jest.spyOn(console, 'error').mockImplementation(() => {})
    const options = readOptions(['node', 'compare', ...SHORT, ...ONE, '--out', out])
    const code = await compare(options, armsOf(options.stacks), withUncountedOrder)
    const terminal = said.mock.calls.flat().join('\n')
    said.mockRestore()
    progress.mockRestore()

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
    const progress = jest.spyOn(console, 'error').mockImplementation(() => {})
    const options = readOptions(['node', 'compare', ...SHORT, ...ONE, ...args, '--out', out])
    const code = await compare(options, armsOf(options.stacks), start)
    const terminal = said.mock.calls.flat().join('\n')
    said.mockRestore()
    progress.mockRestore()
    return { code, result: await resultOf(), terminal }
  }
  const refused = async (start: StartBackend, ...args: string[]) => {
    const found = await sabotaged(start, ...args)
    expect(found.code).toBe(1)
    for (const shown of [found.terminal, await read('report.html'), await read('report.md')])
      expect(shown).not.toMatch(FIGURES)
    return found.result
  }

  it('by an order that no client asked for, shows no figures', async () => {
    const result = await refused(withOrdersOfOthers)
    expect(result.blocks).toMatchObject({ counted: 0, void: 1 })
    for (const { marks } of result.rounds)
      expect(marks).toContainEqual({ kind: 'orders', why: expect.stringContaining('and the database has') })
    expect(result.verdict.reasons[0]).toContain('and the database has')
  }, 120_000)

  it('by a rate that the stack refuses, shows none', async () => {
    const result = await refused(startLocal, '--rate', '2000')
    expect(result.verdict.reasons.join()).toMatch(/of \d+ (requests failed|iterations).*--rate/)
  }, 120_000)

  it('by a process that leaves its cores, shows none', async () => {
    const cores = await allowedCores()
    if (!cores || cores.length < 2) return expect((await planBudget('fair')).cores).toBeNull()
    const result = await refused(breakingOut)
    expect(result.verdict.reasons[0]).toContain('the CPU budget was not kept: monolith')
  }, 120_000)

  it('by a program that is busy beside it, shows them and names it; --strict does not show them', async () => {
    const busy = await startStranger('busybody')
    try {
      const { code, result, terminal } = await sabotaged(startLocal)
      expect({ code, reasons: result.verdict.reasons }).toEqual({ code: 0, reasons: [] })
      expect(terminal).toMatch(FIGURES)
      expect(terminal).toContain('busybody')
      expect(result.rounds[0]!.marks.map(({ kind }) => kind)).toContain('company')
    } finally {
      await busy.end()
    }
    const strict = await execute([`${projectRoot}/loadtests/lab/report.ts`, out, '--strict'])
    expect(strict.code).toBe(1)
    expect(strict.stdout).toContain('busybody')
    expect(strict.stdout).not.toMatch(FIGURES)
  }, 120_000)
})

/** The monolith may use every core as soon as it is measured. */
const breakingOut: StartBackend = async (arms, budget) => {
  const backend = await startLocal(arms, budget)
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
const withOrdersOfOthers: StartBackend = async (arms, budget) => {
  const backend = await startLocal(arms, budget)
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
const withUncountedOrder: StartBackend = async (arms, budget) => {
  const backend = await startLocal(arms, budget)
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
    if (!Array.isArray(value) && !['orders', 'latencies', 'arms'].includes(parent)) yield key
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
