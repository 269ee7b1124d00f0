import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { runK6 } from '../loadtests/lab/compare/k6-run.ts'
import { scenarios } from '../loadtests/lab/compare/scenarios.ts'
import { startProject } from '../loadtests/lab/docker/project.ts'
import { describeEnvironment, SHELL_HAD } from '../loadtests/lab/infra/environment.ts'
import { startInfra } from '../loadtests/lab/infra/infra.ts'
import { k6Command } from '../loadtests/lab/infra/k6.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { runPgbench } from '../loadtests/lab/ladder/pgbench.ts'
import { treeOf } from '../loadtests/lab/sample/processes.ts'
import { readTable } from '../loadtests/lab/sample/reader.ts'
import { seedCatalogue } from '../loadtests/lab/seed.ts'
import { startStack } from '../loadtests/lab/stacks/start.ts'
import { environmentOf, FOREIGN, foreignIn, SHOWS_ENVIRONMENTS } from './support/foreign.ts'
import { adminToken, customerToken, testSecret, useStack } from './support/stack.ts'

const run = promisify(execFile)
const before = { ...process.env }

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/environment-`)
})
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  await rm(dir, { recursive: true })
})

describe('npm run up, from a shell with something of every kind', () => {
  it('starts both stacks, which work, and nothing of the shell’s reaches them', async () => {
    const ports: Record<string, number> = {}
    for (const name of ['monolith', 'gateway', 'orders', 'inventory']) ports[name] = await freePort()
    const args = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
    // On servers of its own.
    const { POSTGRES_URL: _, AMQP_URL: __, AMQP_USERS: ___, ...own } = process.env
    const coverage = `${dir}/coverage`
    const env = { ...own, ...FOREIGN, NODE_V8_COVERAGE: coverage, AUTH_SECRET: testSecret }
    const child = spawn(process.execPath, ['loadtests/lab/up.ts', ...args], { cwd: projectRoot, env })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text
      })
    const exited = once(child, 'exit')
    try {
      await Promise.race([
        eventually(async () => assert.match(said, /The logs follow/), 60_000),
        exited.then(() => Promise.reject(new Error(said))),
      ])
      if (SHOWS_ENVIRONMENTS) {
        // Handed on to those alone who fetch packages and images: Docker's client, by what watches over containers.
        const proxies = Object.keys(FOREIGN).filter((name) => /_proxy$/i.test(name))
        const { processes, found } = foreignIn(child.pid!, [...proxies, 'K6_PROMETHEUS_RW_PUSH_INTERVAL'])
        expect(found).toEqual([])
        expect(processes).toEqual(expect.arrayContaining(['postgres', 'beam.smp', 'epmd']))
        expect(processes.filter((name) => /node|MainThread/.test(name))).toHaveLength(5)
      }
      for (const port of [ports.monolith!, ports.gateway!])
        expect(await orderAt(`http://127.0.0.1:${port}`)).toBe('confirmed')
    } finally {
      child.kill('SIGINT')
    }
    expect((await exited)[0]).toBe(0)
    // Node writes one as the command becomes itself once more.
    expect((await readdir(coverage)).length).toBeLessThanOrEqual(1)
  }, 120_000)

  it('hands on what the documents name: the level of the logs, and where spans go', async () => {
    const port = await freePort()
    const spans = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_SAMPLER_ARG: '0' }
    const env = { ...process.env, ...spans, LOG_LEVEL: 'warn', AUTH_SECRET: testSecret }
    const args = ['loadtests/lab/up.ts', 'monolith', '--monolith-port', String(port)]
    const child = spawn(process.execPath, args, {
      cwd: projectRoot,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    await eventually(async () => assert.match(said, /The logs follow/), 60_000)
    if (SHOWS_ENVIRONMENTS) {
      const tree = treeOf(readTable(), child.pid!).filter(({ pid }) => pid !== child.pid)
      const shops = tree.map(({ pid }) => environmentOf(pid)).filter(({ DATABASE_URL }) => DATABASE_URL)
      expect(shops).toEqual([expect.objectContaining({ ...spans, LOG_LEVEL: 'warn' })])
    }
    child.kill('SIGINT')
    await once(child, 'exit')
  }, 60_000)
})

it('a stack, and its servers, have none of the variables of this process', async () => {
  // What this process itself connects by stays as it is.
  const foreign = Object.entries(FOREIGN).filter(([name]) => !/^PG|^NODE_/.test(name))
  const spans = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
  Object.assign(process.env, Object.fromEntries(foreign), spans)
  for (const name of ['POSTGRES_URL', 'AMQP_URL']) delete process.env[name]
  const infra = await startInfra()
  try {
    await infra.ready
    const stack = await startStack('services', { infra, secret: testSecret })
    const pids = [...stack.processes.map(({ pid }) => pid), infra.pids.postgres!, infra.pids.rabbitmq!]
    for (const pid of SHOWS_ENVIRONMENTS ? pids : []) {
      expect(foreignIn(pid).found).toEqual([])
      for (const name of ['AMQP_USERS', 'JEST_WORKER_ID', ...Object.keys(spans)])
        expect(environmentOf(pid)).not.toHaveProperty(name)
    }
    expect(await stack.stop()).toEqual([])
  } finally {
    await infra.stop()
  }
}, 60_000)

describe('k6', () => {
  const stack = useStack('monolith')
  beforeAll(async () => {
    await seedCatalogue(stack.current.url, await adminToken(), { products: 30, stockEach: 10_000, seed: 1 })
  })
  const checkout = scenarios.find(({ name }) => name === 'checkout')!
  const load = () => ({
    scenario: checkout,
    url: stack.current.url,
    secret: testSecret,
    rate: 20,
    seconds: 2,
    seed: 1,
  })

  it('does what it is told by the command, whatever the shell and a person’s own settings say', async () => {
    // k6's own settings of a person: Linux, then macOS.
    for (const place of ['.config/k6', 'Library/Application Support/k6']) {
      await mkdir(`${dir}/${place}`, { recursive: true })
      await writeFile(`${dir}/${place}/config.json`, '{ "rps": 1, "noConnectionReuse": true }')
    }
    Object.assign(process.env, FOREIGN, { HOME: dir, XDG_CONFIG_HOME: `${dir}/.config` })
    let environment: Record<string, string> = {}
    const figures = await runK6(load(), dir, (pid) => {
      if (SHOWS_ENVIRONMENTS) environment = environmentOf(pid)
    })
    expect(figures).toMatchObject({ failedRequests: 0, droppedIterations: 0, checksFailed: 0 })
    expect(figures.iterations).toBeGreaterThanOrEqual(40)
    expect(Object.keys(environment).filter((name) => environment[name] === FOREIGN[name])).toEqual([])
    // None was left out as a lead, and half of the buyers wait.
    expect(figures.latencies.settled!.count).toBeGreaterThanOrEqual(20)
  }, 30_000)

  it('is told how to get into a Prometheus only where it sends its figures there', async () => {
    process.env.K6_PROMETHEUS_RW_USERNAME = 'ada'
    expect(k6Command({ GOGC: '400' }).env).not.toHaveProperty('K6_PROMETHEUS_RW_USERNAME')
    let environment: Record<string, string> = {}
    await runK6({ ...load(), prometheus: 'http://127.0.0.1:9' }, dir, (pid) => {
      if (SHOWS_ENVIRONMENTS) environment = environmentOf(pid)
    })
    if (SHOWS_ENVIRONMENTS)
      expect(environment).toMatchObject({
        K6_PROMETHEUS_RW_USERNAME: 'ada',
        K6_PROMETHEUS_RW_SERVER_URL: 'http://127.0.0.1:9',
      })
    expect(describeEnvironment().passedOn).toContain('K6_PROMETHEUS_RW_USERNAME')
  }, 30_000)
})

describe('other programs', () => {
  /** A command that writes down what it was started with, and fails. */
  const spy = async (folder: string, name: string, script = 'exit 1') => {
    await mkdir(folder, { recursive: true })
    await writeFile(`${folder}/${name}`, `#!/bin/sh\nenv > "${dir}/${name}.$1.env"\n${script}\n`)
    await chmod(`${folder}/${name}`, 0o755)
  }
  const seenBy = async (name: string) => {
    const lines = (await readFile(`${dir}/${name}.env`, 'utf8')).split('\n')
    return Object.fromEntries(lines.map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1)]))
  }
  const foreign = (seen: Record<string, string>) =>
    Object.keys(FOREIGN).filter((name) => seen[name] === FOREIGN[name])

  it('pgbench knows no server but the one that it is to load', async () => {
    await spy(dir, 'pgbench')
    Object.assign(process.env, FOREIGN)
    const options = { pgbench: `${dir}/pgbench`, load: 'read', products: 30, uuid: 'uuidv7()' } as const
    const rates = { rate: 1, warmUpSeconds: 1, seconds: 1, seed: 1 }
    const databaseUrl = 'postgres://ada:secret@127.0.0.1:5555/shop'
    const running = runPgbench({ ...options, ...rates, databaseUrl }, dir, {
      begin: async () => {},
      end() {},
    })
    await expect(running).rejects.toThrow('pgbench did not run through')
    const seen = await seenBy('pgbench.--no-vacuum')
    expect(foreign(seen)).toEqual([])
    expect(seen).toMatchObject({ PGHOST: '127.0.0.1', PGPORT: '5555', PGUSER: 'ada', PGPASSWORD: 'secret' })
  })

  it('Docker’s client knows where Docker is, and Compose what it is told; the docker that does not run is passed over', async () => {
    await spy(`${dir}/shims`, 'docker', 'exit 126')
    await spy(`${dir}/bin`, 'docker', 'if [ "$1" = --version ]; then exit; fi; echo it is full; exit 1')
    Object.assign(process.env, FOREIGN, {
      DOCKER_HOST: 'unix:///nonexistent/docker.sock',
      PATH: `${dir}/shims:${dir}/bin:${process.env.PATH}`,
      MONOLITH_PORT: '80',
    })
    const starting = startProject('environment-test', ['monolith'], { MONOLITH_PORT: '0' })
    await expect(starting).rejects.toThrow('it is full')
    const seen = await seenBy('docker.compose')
    // It fetches images.
    expect(foreign(seen).filter((name) => !/_proxy$/i.test(name))).toEqual([])
    expect(seen).toMatchObject({ DOCKER_HOST: 'unix:///nonexistent/docker.sock', MONOLITH_PORT: '0' })
  })
})

describe('what a result says of the shell', () => {
  it('is names, of what was handed on and of what was left behind', () => {
    Object.assign(process.env, FOREIGN, { K6_BIN: '/opt/k6', MY_OWN_TOKEN: 'secret', EDITOR: 'vi' })
    const { passedOn, ignored } = describeEnvironment()
    expect(passedOn).toEqual(expect.arrayContaining(['HOME', 'K6_BIN', 'PATH']))
    expect(ignored).toEqual(ignored.toSorted())
    for (const name of [...passedOn, 'MY_OWN_TOKEN', 'EDITOR']) expect(ignored).not.toContain(name)
    for (const name of [
      'PGSSLMODE',
      'NODE_OPTIONS',
      'K6_ITERATIONS',
      'LEAD',
      'ERL_FLAGS',
      'GOGC',
      'http_proxy',
    ])
      expect(ignored).toContain(name)
    expect(JSON.stringify({ passedOn, ignored })).not.toMatch(/secret|127\.0\.0\.1/)
  })

  it('is known to a command, which no longer has them', () => {
    process.env[SHELL_HAD] = 'PGSSLMODE,PATH'
    expect(describeEnvironment().ignored).toEqual(['PGSSLMODE'])
  })
})

describe('a command of the laboratory', () => {
  it('has an environment of its own before anything else of it is loaded', async () => {
    const files = (await readdir(`${projectRoot}/loadtests/lab`)).filter((name) => name.endsWith('.ts'))
    const texts = await Promise.all(
      files.map((name) => readFile(`${projectRoot}/loadtests/lab/${name}`, 'utf8')),
    )
    const commands = texts.filter((text) => text.includes('runCommand('))
    expect(commands.length).toBeGreaterThan(0)
    for (const text of commands) expect(text).toMatch(/^import '\.\/cli\/own-environment\.ts'\n/)
  })

  it('keeps what it was called with, and says no more than it did', async () => {
    const args = ['--no-warnings', 'loadtests/lab/token.ts', '--sub', 'ada', '--role', 'admin']
    // Node itself does as it says there, before we are asked.
    const { NODE_DEBUG: _, ...foreign } = FOREIGN
    const env = { ...process.env, ...foreign, AUTH_SECRET: testSecret }
    const { stdout, stderr } = await run(process.execPath, args, { cwd: projectRoot, env })
    expect({ parts: stdout.trim().split('.').length, stderr }).toEqual({ parts: 3, stderr: '' })
  })
})

async function orderAt(url: string): Promise<string> {
  const headers = {
    authorization: `Bearer ${await customerToken()}`,
    'content-type': 'application/json',
    'idempotency-key': 'from-a-foreign-shell',
    prefer: 'wait=10',
  }
  const body = JSON.stringify({ lines: [{ sku: 'MUG-0001', quantity: 1 }] })
  const answer = await fetch(`${url}/orders`, { method: 'POST', headers, body })
  return ((await answer.json()) as { status: string }).status
}
