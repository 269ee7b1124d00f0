import type { Pool } from '@shop/shared/runtime/postgres.ts'

const HOUR_MS = 3_600_000
/** Longer than any message can be on its way: what comes later than this is taken for new. */
const KEEP = '7 days'

interface InboxLog {
  warn(details: object, message: string): void
}

/** Forgets, once an hour, messages that were handled long ago. @returns what ends it */
export function pruneInbox(pool: Pool, log: InboxLog): () => void {
  const prune = () =>
    pool
      .query(`delete from inbox where received_at < now() - interval '${KEEP}'`)
      .catch((error: Error) => log.warn({ reason: error.message }, 'the inbox was not pruned'))
  const timer = setInterval(prune, HOUR_MS)
  timer.unref()
  return () => clearInterval(timer)
}
