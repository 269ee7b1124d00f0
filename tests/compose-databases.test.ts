import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import pg from 'pg'
import { parse } from 'yaml'
import { testServers } from './support/stack.ts'

// What docker-compose.yml does to a server before the apps start.

const run = promisify(execFile)
const COMPOSE = new URL('../docker-compose.yml', import.meta.url)
const suffix = process.pid

async function makeDatabases(env: Record<string, string>): Promise<string> {
  const { services } = parse(await readFile(COMPOSE, 'utf8'), { merge: true })
  const { entrypoint, command } = services['monolith-databases'] as {
    entrypoint: string[]
    command: string[]
  }
  // Compose's own way to write a dollar sign.
  const [program, ...args] = [...entrypoint, ...command].map((it) => it.replaceAll('$$', '$'))
  return (await run(program!, args, { env: { PATH: process.env.PATH, ...env } })).stdout
}

it('makes each database that is listed, with the passwords of its roles', async () => {
  const dir = await mkdtemp(`${tmpdir()}/compose-test-`)
  await writeFile(`${dir}/psql`, '#!/bin/sh\necho "$@"\ncat\n')
  await chmod(`${dir}/psql`, 0o755)
  const said = await makeDatabases({ PATH: `${dir}:${process.env.PATH}`, DATABASES: 'one=a=b  two=c=d' })
  await rm(dir, { recursive: true })
  expect(said.match(/--set name=.+/g)).toEqual([
    '--set name=one --set password=a --set owner=one_owner --set owner_password=b',
    '--set name=two --set password=c --set owner=two_owner --set owner_password=d',
  ])
})

it('fails when one cannot be made', async () => {
  const dir = await mkdtemp(`${tmpdir()}/compose-test-`)
  await writeFile(`${dir}/psql`, '#!/bin/sh\ncase "$*" in *name=one*) exit 3;; esac\n')
  await chmod(`${dir}/psql`, 0o755)
  const made = makeDatabases({ PATH: `${dir}:${process.env.PATH}`, DATABASES: 'one=a=b two=c=d' })
  await expect(made).rejects.toMatchObject({ code: 3, stdout: '' })
  await rm(dir, { recursive: true })
})

describe('a server', () => {
  const name = `shop_${suffix}`
  const admin = new URL(testServers().postgresUrl)
  const env = {
    PGHOST: admin.hostname,
    PGPORT: admin.port,
    PGPASSWORD: decodeURIComponent(admin.password),
    DATABASES: `${name}=user-password=owner-password`,
  }
  const urlOf = (role: string, password: string) =>
    Object.assign(new URL(admin.href), { username: role, password, pathname: `/${name}` }).href
  const owner = urlOf(`${name}_owner`, 'owner-password')
  const user = urlOf(name, 'user-password')
  const isThere = run('psql', ['--version']).then(
    () => admin.username === 'postgres',
    () => false,
  )

  afterEach(async () => {
    await query(admin.href, `drop database if exists ${name} with (force)`)
    for (const role of [name, `${name}_owner`]) await query(admin.href, `drop role if exists ${role}`)
  })

  it('is given a database that is used by one role and owned by another, however often', async () => {
    // The embedded server comes without psql.
    if (!(await isThere)) return
    await makeDatabases(env)
    await query(owner, 'create table thing (id int)')
    await makeDatabases(env)
    await query(user, 'insert into thing values (1)')
    await expect(query(user, 'drop table thing')).rejects.toMatchObject({ code: '42501' })
    await expect(query(user, 'create table more (id int)')).rejects.toMatchObject({ code: '42501' })
  })

  it('that is of the version before hands its tables over, and keeps its rows', async () => {
    if (!(await isThere)) return
    await query(admin.href, `create role ${name} login password 'before'`)
    await query(admin.href, `create database ${name} owner ${name}`)
    await query(admin.href, `revoke all on database ${name} from public`)
    await query(
      urlOf(name, 'before'),
      'create table thing (id int primary key); insert into thing values (7)',
    )
    await makeDatabases(env)
    expect((await query(user, 'select id from thing')).rows).toEqual([{ id: 7 }])
    await query(owner, 'alter table thing add column more int; create table other (id int)')
    await query(user, 'update thing set more = 1; insert into other values (1); delete from other')
    await expect(query(user, 'alter table thing drop column more')).rejects.toMatchObject({ code: '42501' })
  })
})

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
