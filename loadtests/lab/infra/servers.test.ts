import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import pg from 'pg'
import { createDatabases, databaseUrl, dropDatabases } from './databases.ts'
import { readFound } from './found.ts'
import { freePort, requireFreePort } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { clusterTemplate } from './postgres-template.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { startRabbitmqNode } from './rabbitmq-node.ts'
import { unprivilegedAccount } from './unprivileged.ts'

const adminUrl = process.env.POSTGRES_URL!
let dir: string

beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/servers-test-`)
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('databases', () => {
  const suffix = process.pid
  const databaseOf = (name: string, password: string) => ({
    name: `${name}_${suffix}`,
    owner: { role: `${name}_${suffix}_owner`, password },
    user: { role: `${name}_${suffix}`, password },
  })
  const ada = databaseOf('ada', "it's")
  const bob = databaseOf('bob', 'p@ss/word')
  const urlOf = ({ name, user }: typeof ada) => databaseUrl(adminUrl, name, user)
  const ownerUrlOf = ({ name, owner }: typeof ada) => databaseUrl(adminUrl, name, owner)

  afterEach(() => dropDatabases(adminUrl, [ada, bob]))

  test('belong to their owner, and are used by their role alone', async () => {
    await createDatabases(adminUrl, [ada, bob])
    await query(ownerUrlOf(ada), 'CREATE TABLE mine (id int)')
    await query(urlOf(ada), 'INSERT INTO mine VALUES (1); UPDATE mine SET id = 2; DELETE FROM mine')
    await expect(query(urlOf(ada), 'DROP TABLE mine')).rejects.toThrow('must be owner')
    await expect(query(urlOf(ada), 'CREATE TABLE more (id int)')).rejects.toThrow('permission denied')
    await expect(query(urlOf(bob), 'SELECT 1')).resolves.toBeDefined()
    for (const role of [ada.owner, ada.user]) {
      const others = databaseUrl(adminUrl, bob.name, role)
      await expect(query(others, 'SELECT 1')).rejects.toThrow('permission denied for database')
    }
  })

  test('are dropped with their roles, though someone is connected', async () => {
    await createDatabases(adminUrl, [ada])
    const client = new pg.Client(urlOf(ada))
    client.on('error', () => {})
    await client.connect()
    await dropDatabases(adminUrl, [ada])
    const left = await query(adminUrl, `SELECT 1 FROM pg_roles WHERE rolname LIKE 'ada_${suffix}%'`)
    expect(left.rowCount).toBe(0)
  })
})

describe('the template of a cluster', () => {
  test('is made once when two servers start side by side', async () => {
    const found = readFound().postgres
    // With POSTGRES_URL there is no initdb of ours to try.
    if (found.kind !== 'embedded') return
    const account = unprivilegedAccount()
    const version = `test-${process.pid}`
    const make = () => clusterTemplate(found.bin, version, account)
    const [one, other] = await Promise.all([make(), make()])
    expect(one).toEqual(other)
    expect(existsSync(`${one.data}/PG_VERSION`)).toBe(true)
    rmSync(dirname(one.data), { recursive: true })
  })
})

describe('RabbitMQ', () => {
  test('starts and stops below a directory with a name that its scripts would break at', async () => {
    const place = `${dir}/it's Köln #1; $HOME (2)`
    const found = readFound().rabbitmq
    // In a container, or with AMQP_URL, there are no scripts of ours.
    if (found.kind !== 'server') return
    const isLink = (it: string) => existsSync(`${it}/home`) && realpathSync(`${it}/home`).startsWith(place)
    const links = () => readdirSync(tmpdir()).filter((it) => isLink(`${tmpdir()}/${it}`))
    const rabbitmq = await startRabbitmqNode(found.path, place, found.erl)
    await rabbitmq.ready
    expect(links()).toHaveLength(1)
    expect(readFileSync(`${place}/rabbitmq/pid`, 'utf8').trim()).toBe(String(rabbitmq.pid))
    await rabbitmq.stop()
    expect(links()).toEqual([])
  })
})

describe('one clear line', () => {
  test('for a port that is taken', async () => {
    const port = await freePort()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    await expect(requireFreePort(port, 'the gateway')).rejects.toMatchObject({
      exitCode: 2,
      message: `Port ${port}, which the gateway needs, is taken. Stop what listens there, or choose another port.`,
    })
    await new Promise((resolve) => server.close(resolve))
    await expect(requireFreePort(port, 'the gateway')).resolves.toBeUndefined()
  })

  test('for a RabbitMQ that does not start, with a log that stays', async () => {
    const server = `${dir}/rabbitmq-server`
    writeFileSync(
      server,
      '#!/bin/sh\necho starting\necho "\u001b[31mErlang failed: no luck today.\u001b[0m"\nexit 1\n',
    )
    chmodSync(server, 0o755)
    const { ready } = await startRabbitmqNode(server, dir)
    const error = await ready.catch((reason) => reason)
    expect(error).toMatchObject({ exitCode: 2 })
    expect(error.message).toMatch(/^RabbitMQ did not start: Erlang failed: no luck today\. Log: \S+$/)
    expect(existsSync(error.message.split('Log: ')[1])).toBe(true)
  })

  test.each([
    ['POSTGRES_URL', startPostgres, 'postgres://nobody:wrong@127.0.0.1:1/none'],
    ['AMQP_URL', startRabbitmq, 'amqp://nobody:wrong@127.0.0.1:1'],
  ] as const)('for a %s that does not answer', async (variable, start, url) => {
    const before = process.env[variable]
    process.env[variable] = url
    try {
      const message = expect.stringMatching(new RegExp(`^${variable} does not answer: .*ECONNREFUSED`))
      await expect(start({ dir })).rejects.toMatchObject({ exitCode: 2, message })
    } finally {
      process.env[variable] = before
    }
  })
})

async function query(url: string, sql: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
