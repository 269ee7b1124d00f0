import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { connectionsOf } from '../budget/connections.ts'
import { homelessEnvironment } from '../infra/environment.ts'
import { hasExited, spawnLeashed, stopLeashed } from '../infra/leash.ts'
import { UserError } from '../infra/user-error.ts'
import { type PgbenchFigures, readPgbenchLog } from './pgbench-log.ts'
import { pgbenchScript } from './pgbench-script.ts'
import type { LoadName } from './rungs.ts'
import { checkoutStatements, readStatements } from './statements.ts'

/** As many connections as the monolith has at most. */
const CONNECTIONS = connectionsOf('monolith', 'fair').each
/** It must still run when its CPU time is read for the last time. */
const LONGER_SECONDS = 30
const LINES = [1, 2, 3]

export type PgbenchLoad = {
  pgbench: string
  load: LoadName
  databaseUrl: string
  products: number
  uuid: 'uuidv7()' | 'gen_random_uuid()'
  rate: number
  warmUpSeconds: number
  seconds: number
  seed: number
}

/** Called around the measured part. `begin` may take as long as it needs. */
type Window = { begin(pid: number): Promise<void>; end(): void }

/**
 * Runs the statements of the monolith by pgbench, at a rate, and measures after a warm-up, in which connections are made
 * and statements prepared.
 * @param dir for scripts and logs
 * @throws UserError when pgbench fails
 */
export async function runPgbench(options: PgbenchLoad, dir: string, window: Window): Promise<PgbenchFigures> {
  const { pgbench, databaseUrl, seconds, warmUpSeconds } = options
  const scripts = await writeScripts(options, dir)
  const url = new URL(databaseUrl)
  const output = openSync(`${dir}/pgbench.out`, 'w')
  const args = [
    ...settings(options),
    '--log-prefix',
    `${dir}/pgbench`,
    ...scripts.flatMap((it) => ['-f', it]),
  ]
  const child = spawnLeashed(pgbench, [...args, decodeURIComponent(url.pathname.slice(1))], {
    cwd: dir,
    env: homelessEnvironment(connection(url)),
    stdio: ['ignore', output, output],
    // Its own alarm: it ends in order, and writes the rest of its log.
    stopSignal: 'SIGALRM',
  })
  closeSync(output)
  try {
    await within(warmUpSeconds, child)
    await window.begin(child.pid!)
    const from = Date.now()
    await within(seconds, child)
    const to = Date.now()
    window.end()
    if (hasExited(child)) throw new Error('ended early')
    await stopLeashed(child)
    return readPgbenchLog(await readFile(`${dir}/pgbench.${child.pid}`, 'utf8'), from, to)
  } catch (error) {
    await stopLeashed(child)
    const said = (await readFile(`${dir}/pgbench.out`, 'utf8')).trim().split('\n').at(-1)
    const failure = new UserError(`pgbench did not run through (${(error as Error).message}): ${said}`)
    failure.exitCode = 1
    throw failure
  }
}

const settings = ({ rate, warmUpSeconds, seconds, seed }: PgbenchLoad) => [
  ...['--no-vacuum', '--protocol', 'prepared', '--client', String(CONNECTIONS), '--jobs', '1', '--log'],
  ...['--rate', String(rate), '--time', String(warmUpSeconds + seconds + LONGER_SECONDS)],
  ...['--random-seed', String(seed)],
]

const connection = (url: URL) => ({
  PGHOST: url.hostname,
  PGPORT: url.port || '5432',
  PGUSER: decodeURIComponent(url.username),
  PGPASSWORD: decodeURIComponent(url.password),
})

/** A script for orders of each length, among which pgbench chooses evenly. @returns their paths */
async function writeScripts({ load, products, uuid }: PgbenchLoad, dir: string): Promise<string[]> {
  const lengths = load === 'checkout' ? LINES : [1]
  return Promise.all(
    lengths.map(async (lines) => {
      const statements = load === 'checkout' ? await checkoutStatements(lines) : await readStatements()
      const path = `${dir}/${load}-${lines}.sql`
      await writeFile(path, pgbenchScript(statements, { lines, products, uuid }))
      return path
    }),
  )
}

/** Resolves after so many seconds, or when it has ended. */
async function within(seconds: number, child: ReturnType<typeof spawnLeashed>): Promise<void> {
  if (hasExited(child)) return
  const done = new AbortController()
  await Promise.race([
    delay(seconds * 1000, undefined, { signal: done.signal }).catch(() => {}),
    once(child, 'exit', { signal: done.signal }).catch(() => {}),
  ])
  done.abort()
}
