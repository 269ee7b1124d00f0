import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { signToken } from '@shop/shared/runtime/auth.ts'
import { connectionsOf } from '../budget/connections.ts'
import { type CatalogueOptions, createCatalogue } from '../catalogue.ts'
import { postgresVersion, rabbitmqVersion } from '../compare/versions.ts'
import { release } from '../infra/leash.ts'
import { type Postgres, startPostgres } from '../infra/postgres.ts'
import { type Rabbitmq, startRabbitmq } from '../infra/rabbitmq.ts'
import { createRunDir } from '../infra/run-dir.ts'
import type { Group } from '../sample/sampler.ts'
import { seedCatalogue } from '../seed.ts'
import { type StackName, startStack } from '../stacks/start.ts'
import { createStorage } from '../stacks/storage.ts'
import { findPgbench } from './pgbench-find.ts'
import { FIRST_SKU } from './pgbench-script.ts'
import { prepareDatabase } from './prepare.ts'
import { startExtra } from './processes.ts'
import type { Ladder, Rung } from './rung.ts'
import type { LoadName } from './rungs.ts'

const RUNGS_DIR = new URL('../../rungs/', import.meta.url)

type Stop = () => Promise<string[] | undefined>

/** What the start of each rung needs. */
type Site = {
  dir: string
  secret: string
  catalogue: CatalogueOptions
  /** Notes what is to be stopped; what came last goes first. */
  keep(stop: Stop): void
}

/**
 * Starts all rungs, each on fresh databases on a PostgreSQL server of its own but for those in front of the monolith, which
 * share it: they are never loaded at the same time.
 * @throws UserError when something does not start; nothing is left then
 */
export async function startLadder(loads: LoadName[], catalogue: CatalogueOptions): Promise<Ladder> {
  const run = await createRunDir()
  const stops: Stop[] = []
  const stop = async () => {
    const complaints: string[] = []
    for (const it of stops.toReversed()) complaints.push(...((await it()) ?? []))
    await run.remove()
    await release()
    return complaints
  }
  const secret = randomBytes(32).toString('hex')
  try {
    const site = { dir: run.path, secret, catalogue, keep: (it: Stop) => void stops.push(it) }
    return { ...(await startAll(loads, site)), secret, dir: run.path, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAll(
  loads: LoadName[],
  site: Site,
): Promise<Pick<Ladder, 'rungs' | 'missing' | 'versions'>> {
  const rabbitmq = await startRabbitmq({ dir: site.dir })
  site.keep(async () => void (await rabbitmq.stop()))
  const rungs: Rung[] = []
  const missing: string[] = []
  const pgbench = await findPgbench()
  if ('missing' in pgbench) missing.push(`The rung "database" is missing: ${pgbench.missing}.`)
  else rungs.push(await startDatabase(pgbench.path, site))
  rungs.push(await startBare(site))
  const { rung: monolith } = await startOne('monolith', undefined, site)
  rungs.push(monolith, await startGateway(monolith, site))
  const { rung: services, postgres } = await startOne('services', rabbitmq, site)
  rungs.push(services)
  if (loads.includes('read')) {
    if (hasHttpProxy()) rungs.push(await startProxy(monolith, site))
    else missing.push('The rung "http-proxy" is missing: @fastify/http-proxy is not installed.')
  }
  const versions = {
    postgresql: await postgresVersion(postgres.url),
    rabbitmq: await rabbitmqVersion(rabbitmq.url),
  }
  return { rungs, missing, versions }
}

async function startDatabase(pgbench: string, site: Site): Promise<Rung> {
  const { url, servers } = await freshDatabase('database', site)
  const { products } = site.catalogue
  const numbered = createCatalogue(site.catalogue).map((it, i) => ({ ...it, sku: String(FIRST_SKU + i) }))
  const uuid = await prepareDatabase(url, numbered)
  const reach = { pgbench, databaseUrl: url, products, uuid }
  return { name: 'database', apps: [], servers, databases: { monolith: url }, reach }
}

async function startBare(site: Site): Promise<Rung> {
  const { url: DATABASE_URL, servers } = await freshDatabase('bare', site)
  await prepareDatabase(DATABASE_URL, createCatalogue(site.catalogue))
  const { group, url } = await extra(
    'bare',
    'loadtests/rungs/bare.ts',
    { DATABASE_URL, ...connections('monolith') },
    site,
  )
  return { name: 'bare', apps: [group], servers, databases: { monolith: DATABASE_URL }, reach: { url } }
}

async function startOne(
  name: StackName,
  rabbitmq: Rabbitmq | undefined,
  site: Site,
): Promise<{ rung: Rung; postgres: Postgres }> {
  const postgres = await server(name, site)
  const amqp = { amqpUrl: rabbitmq?.url ?? '', amqpUsers: rabbitmq?.users }
  await rabbitmq?.ready
  const infra = { postgresUrl: postgres.url, ...amqp, dir: site.dir }
  const stack = await startStack(name, { infra, secret: site.secret, env: () => connections(name) })
  site.keep(() => stack.stop())
  await seedCatalogue(
    stack.url,
    await signToken(site.secret, { sub: 'seed', role: 'admin' }, '1h'),
    site.catalogue,
  )
  const apps = stack.processes.map(({ name, pid }) => ({ name, pid }))
  const servers = [...groupOf('PostgreSQL', postgres.pid), ...groupOf('RabbitMQ', rabbitmq?.pid)]
  const { databases, amqp: broker, url } = stack
  return { rung: { name, apps, servers, databases, amqp: broker, reach: { url } }, postgres }
}

/** The gateway as it ships: all that it forwards goes to the monolith. */
async function startGateway(monolith: Rung, site: Site): Promise<Rung> {
  const upstream = 'url' in monolith.reach ? monolith.reach.url : ''
  const env = {
    AUTH_SECRET: site.secret,
    LOG_LEVEL: 'info',
    RATE_LIMIT: '1000000',
    CALLER_SHARE: '1',
    ORDERS_URLS: upstream,
    INVENTORY_URLS: upstream,
  }
  const { group, url } = await extra('gateway', 'services/gateway/src/main.ts', env, site)
  return { ...monolith, name: 'gateway', apps: [group, ...monolith.apps], reach: { url } }
}

async function startProxy(monolith: Rung, site: Site): Promise<Rung> {
  const env = { UPSTREAM_URL: 'url' in monolith.reach ? monolith.reach.url : '' }
  const { group, url } = await extra('http-proxy', 'loadtests/rungs/http-proxy.ts', env, site)
  return { ...monolith, name: 'proxy', apps: [group, ...monolith.apps], reach: { url } }
}

async function extra(name: string, entry: string, env: Record<string, string>, { dir, keep }: Site) {
  const started = await startExtra(name, entry, env, dir)
  keep(started.stop)
  return started
}

/** As many connections in all for every rung. */
const connections = (stack: StackName) => ({
  DATABASE_CONNECTIONS: String(connectionsOf(stack, 'fair').each),
})

/** An empty database of the monolith's kind, on a server of its own. */
async function freshDatabase(name: string, site: Site): Promise<{ url: string; servers: Group[] }> {
  const postgres = await server(name, site)
  const storage = await createStorage('monolith', { postgresUrl: postgres.url, amqpUrl: '' })
  site.keep(() => storage.remove())
  // The tables are made by the ladder itself.
  const { monolith: url } = storage.owners as { monolith: string }
  return { url, servers: groupOf('PostgreSQL', postgres.pid) }
}

async function server(name: string, { dir, keep }: Site): Promise<Postgres> {
  const own = `${dir}/${name}-data`
  await mkdir(own, { recursive: true })
  const postgres = await startPostgres({ dir: own })
  keep(async () => void (await postgres.stop()))
  return postgres
}

const groupOf = (name: string, pid: number | undefined): Group[] => (pid === undefined ? [] : [{ name, pid }])

function hasHttpProxy(): boolean {
  try {
    createRequire(RUNGS_DIR).resolve('@fastify/http-proxy')
    return true
  } catch {
    return false
  }
}
