import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import Postgrator from 'postgrator'

export interface Log {
  info(message: string): void
}

/** By module: the folder of its files, named such as `002.do.products-by-bytes.sql`. */
export type Folders = Record<string, URL>

type Client = Pick<pg.Client, 'query'>

/**
 * Any number that the shop's processes agree on. Not 7433001: earlier versions wait for that one inside a transaction, which
 * an index that is made concurrently would wait for in turn.
 */
const LOCK = 7_433_002
const LOOK_AGAIN_MS = 250
/** A migration that waits for a table makes all wait who come after it: it gives up, and comes again. */
const LOCK_TIMEOUT_MS = 1_000
const ALONE = /^(?:create|drop|reindex) .*\bconcurrently\b/im
const INDEX = /^create (?:unique )?index concurrently (?:if not exists )?(\w+)/im

/**
 * Applies what each module's table of versions does not have yet, in the order of numbers. Processes that start together
 * take turns.
 * @throws Error of PostgreSQL, or one that says what is wrong with the files; what was applied before stays
 */
export async function runMigrations(
  client: Client,
  folders: Folders,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  await liftLimits(client)
  await takeTurn(client, log, signal)
  for (const [module, folder] of Object.entries(folders)) await runModule(client, module, folder, log)
}

/** No limit of the server, database or role ends a migration; one whose process has gone ends within a second. */
async function liftLimits(client: Client): Promise<void> {
  // From PostgreSQL 17 on; those that it always had, the connection has lifted.
  await client.query(
    "select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'",
  )
  // Not every system lets PostgreSQL look.
  await client.query("set client_connection_check_interval = '1s'").catch(() => undefined)
}

/** The lock is the connection's, and goes with it. Asked for again and again: who waited in a statement would hold up others. */
async function takeTurn(client: Client, log: Log, signal: AbortSignal): Promise<void> {
  const isMine = async () =>
    (await client.query<{ mine: boolean }>(`select pg_try_advisory_lock(${LOCK}) as mine`)).rows[0]!.mine
  if (await isMine()) return
  log.info('another process is at the schema')
  do await delay(LOOK_AGAIN_MS, undefined, { signal })
  while (!(await isMine()))
}

async function runModule(client: Client, module: string, folder: URL, log: Log): Promise<void> {
  const table = `${module}_schema_version`
  const postgrator = new Postgrator({
    driver: 'pg',
    schemaTable: table,
    migrationPattern: `${literally(fileURLToPath(folder))}*.sql`,
    // A checkout may have other line ends.
    newline: 'LF',
    execQuery: (sql) => client.query(sql),
  })
  const version = await postgrator.getDatabaseVersion()
  await requireUnchanged(client, postgrator, { module, table, version })
  // None for a database that is ahead: what undoes its versions would be ahead of this code, too.
  for (const migration of postgrator.getRunnableMigrations(version, await postgrator.getMaxVersion())) {
    log.info(`the schema of ${module}: ${migration.version} ${migration.name}`)
    await client.query(
      `create table if not exists ${table} (version bigint primary key, name text, md5 text, run_at timestamptz)`,
    )
    await apply(client, migration, () => postgrator.runMigrations([migration]))
  }
}

/** What a pattern of file names would take for its own. */
const literally = (path: string) => path.replace(/[\\?*+@!()[\]{}]/g, '\\$&')

async function requireUnchanged(
  client: Client,
  postgrator: Postgrator,
  { module, table, version }: { module: string; table: string; version: number },
): Promise<void> {
  const files = await postgrator.getMigrations()
  if (files.length === 0) throw new Error(`The migrations of ${module} are missing`)
  await postgrator.validateMigrations(version).catch((error: Error) => {
    throw new Error(
      `${module}: ${error.message}. What was applied stays as it was: bring the file back, and change the schema by a new one`,
    )
  })
  if (version === 0) return
  const { rows } = await client.query<{ version: string }>(`select version from ${table}`)
  const applied = new Set(rows.map((row) => Number(row.version)))
  const late = files.find((file) => file.version < version && !applied.has(file.version))
  if (!late) return
  throw new Error(
    `${module}: migration ${late.version} came after ${version} was applied. Give it the next number that is free`,
  )
}

/** A migration and its record are one transaction; what PostgreSQL refuses to do within one is done so that it can be done again. */
async function apply(
  client: Client,
  migration: Postgrator.Migration,
  run: () => Promise<unknown>,
): Promise<void> {
  const sql = migration.getSql()
  if (ALONE.test(sql)) {
    await dropInvalid(client, INDEX.exec(sql)?.[1])
    await run()
    return
  }
  await client.query(`begin; set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
  await run()
  await client.query('commit')
}

/** An index whose making was cut short is there, and of no use. */
async function dropInvalid(client: Client, index: string | undefined): Promise<void> {
  if (!index) return
  const { rows } = await client.query(
    'select from pg_index where indexrelid = to_regclass($1) and not indisvalid',
    [index],
  )
  if (rows.length > 0) await client.query(`drop index concurrently if exists ${index}`)
}
