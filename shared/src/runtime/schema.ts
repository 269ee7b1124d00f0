import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { backoff } from './backoff.ts'
import type { Database } from './database.ts'
import { transaction } from './postgres.ts'

interface Log {
  info(message: string): void
  warn(details: object, message: string): void
}

/** Any number that the shop's processes agree on. */
const SCHEMA_LOCK = 7_433_001
const RETRY_MS = { first: 200, most: 2_000 }

/**
 * Applies schema files, which may be applied again, in the background: a process starts whether or not PostgreSQL
 * is there yet, and tries until it is. `check` is for readiness: it rejects until the schema is in place and the
 * database answers.
 */
export function applySchemas(
  { pool, probe }: Pick<Database, 'pool' | 'probe'>,
  files: readonly URL[],
  log: Log,
): { applied: Promise<void>; check(): Promise<unknown>; stop(): Promise<void> } {
  const statements = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const stopping = new AbortController()
  let applied = false

  async function apply(): Promise<void> {
    for (let tried = 0; !applied && !stopping.signal.aborted; tried++) {
      applied = await transaction(pool, async (tx) => {
        // Replicas that start together take turns.
        await tx.query(`select pg_advisory_xact_lock(${SCHEMA_LOCK})`)
        await tx.query(statements)
        return true
      }).catch((error: Error) => {
        log.warn({ reason: error.message }, 'the schema is not in place yet')
        return false
      })
      const wait = backoff(tried, RETRY_MS)
      if (!applied) await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
    if (applied) log.info('the schema is in place')
  }

  const done = apply()
  return {
    /** Resolves once the schema is in place. */
    applied: done.then(() => (applied ? undefined : new Promise<void>(() => {}))),
    async check() {
      if (!applied) throw new Error('the schema is not in place yet')
      return probe()
    },
    async stop() {
      stopping.abort()
      await done
    },
  }
}
