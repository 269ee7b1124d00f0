import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { eventually } from '@shop/shared/testing/eventually.ts'
import pg from 'pg'
import { cacheDir } from '../loadtests/lab/infra/paths.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { testSecret, testServers } from './support/stack.ts'

const run = promisify(execFile)
const env = { ...process.env, AUTH_SECRET: testSecret }

type Up = { child: ChildProcess; ports: Record<string, number>; stdout: string; stderr: string }

/** Starts `up` on free ports and the servers of the tests. Resolves when it follows the logs. */
async function up(...stack: string[]): Promise<Up> {
  const ports: Record<string, number> = {}
  for (const name of ['monolith', 'gateway', 'orders', 'inventory']) ports[name] = await freePort()
  const args = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
  const child = spawn(process.execPath, ['loadtests/lab/up.ts', ...stack, ...args], { env })
  const running: Up = { child, ports, stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    running.stdout += text
  })
  child.stderr.on('data', (text) => {
    running.stderr += text
  })
  await eventually(async () => assert.match(running.stderr, /The logs follow/), 30_000)
  return running
}

async function stop({ child }: Up, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit')
  child.kill(signal)
  return (await exited)[0]
}

const notes = ({ child }: Up) =>
  readdirSync(`${cacheDir}/up`).filter((file) => file.endsWith(`-${child.pid}.json`))

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/health/live`).then(
    () => true,
    () => false,
  )

async function databasesOf(user: string): Promise<number> {
  const client = new pg.Client(testServers().postgresUrl)
  await client.connect()
  const { rows } = await client.query('select from pg_database where datname = $1', [user])
  await client.end()
  return rows.length
}

describe('npm run up', () => {
  describe('with both stacks', () => {
    let running: Up
    beforeAll(async () => {
      running = await up()
    })
    afterAll(() => {
      running.child.kill('SIGKILL')
    })

    it('prints every address and both tokens', () => {
      for (const port of Object.values(running.ports))
        expect(running.stderr).toContain(`http://127.0.0.1:${port}`)
      expect(running.stderr).toMatch(/customer ada +eyJ[\w-]+\.[\w-]+\.[\w-]+\n +admin root +eyJ/)
    })

    it('prints curl lines that work when pasted', async () => {
      const lines = running.stderr.split('\n').filter((line) => line.trim().startsWith('curl '))
      const answers: { stdout: string }[] = []
      for (const line of lines) answers.push(await run('sh', ['-c', line.trim()]))
      const bodies = answers.map(({ stdout }) => JSON.parse(stdout))
      expect(bodies).toHaveLength(6)
      for (const [page, order, orders] of [bodies.slice(0, 3), bodies.slice(3)]) {
        expect(page.items).toHaveLength(3)
        expect(order.status).toBe('confirmed')
        expect(orders.items[0].id).toBe(order.id)
      }
    })

    it('logs so that one request can be followed through all services', async () => {
      const traceId = 'cafe0123456789abcdef0123456789ab'
      const url = `http://127.0.0.1:${running.ports.gateway}`
      const { stdout: token } = await run(
        process.execPath,
        ['loadtests/lab/token.ts', '--sub', 'eve', '--role', 'customer'],
        { env },
      )
      const headers = {
        authorization: `Bearer ${token.trim()}`,
        'content-type': 'application/json',
        'idempotency-key': 'followed',
        prefer: 'wait=10',
        traceparent: `00-${traceId}-0123456789abcdef-01`,
      }
      const body = JSON.stringify({ lines: [{ sku: 'MUG-0001', quantity: 1 }] })
      expect((await fetch(`${url}/orders`, { method: 'POST', headers, body })).status).toBe(201)
      await eventually(async () => {
        const lines = running.stdout.split('\n').filter((line) => line.includes(traceId))
        const services = new Set(lines.map((line) => JSON.parse(line).service))
        assert.deepEqual([...services].sort(), ['gateway', 'inventory', 'orders'])
      })
    })

    it.each(['monolith', 'services'])('lets the audit find the %s', async (name) => {
      const { stdout } = await run(process.execPath, ['loadtests/lab/audit.ts', name, '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ stack: name, passed: true })
    })

    it('stops all on Ctrl-C, says so and exits with 0', async () => {
      const [file] = notes(running)
      const { databases } = JSON.parse((await run('cat', [`${cacheDir}/up/${file}`])).stdout)
      const database = new URL(Object.values<string>(databases)[0]!).pathname.slice(1)
      expect(await databasesOf(database)).toBe(1)
      expect(await stop(running, 'SIGINT')).toBe(0)
      expect(running.stderr).toMatch(/All is stopped\.\n$/)
      for (const port of Object.values(running.ports)) expect(await answers(port)).toBe(false)
      expect(await databasesOf(database)).toBe(0)
      expect(notes(running)).toEqual([])
    })
  })

  it('leaves no process when it is killed', async () => {
    const running = await up('monolith')
    expect(await answers(running.ports.monolith!)).toBe(true)
    await stop(running, 'SIGKILL')
    await eventually(async () => {
      assert.equal(await answers(running.ports.monolith!), false)
      assert.equal(notes(running).length, 0)
    }, 15_000)
  })

  it('names a port that is taken, in one line, and exits with 2', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const failure = await run(process.execPath, [
      'loadtests/lab/up.ts',
      'monolith',
      '--monolith-port',
      String(port),
    ]).catch((error) => error)
    server.close()
    expect(failure.code).toBe(2)
    expect(failure.stderr).toMatch(new RegExp(`^Port ${port}, which monolith needs, is taken.*\n$`))
  })

  it.each([
    ['a stack that does not exist', ['shop'], {}, /shop.*monolith, services/],
    ['a port that is none', ['--monolith-port', 'x'], {}, /--monolith-port/],
    ['a level that does not exist', [], { LOG_LEVEL: 'loud' }, /LOG_LEVEL is loud/],
  ])('refuses %s', async (_, args, more, message) => {
    const failure = await run(process.execPath, ['loadtests/lab/up.ts', ...args], {
      env: { ...env, ...more },
    }).catch((error) => error)
    expect(failure.code).toBe(2)
    expect(failure.stderr).toMatch(message)
  })
})
