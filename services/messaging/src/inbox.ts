import type { Pool, Tx } from '@shop/shared/runtime/postgres.ts'

const HOUR_MS = 3_600_000
const RETRY_MS = 60_000
/** Longer than any message can be on its way: what comes later than this is taken for new. */
const KEEP = '7 days'
/** How many rows one statement looks at, so that it takes milliseconds, however many there are. */
const SLICE = 2_000
/** Any number that the shop's processes agree on. */
const PRUNE_LOCK = 7_433_101
const FIRST = '00000000-0000-0000-0000-000000000000'
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

interface InboxLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/**
 * Forgets messages that were handled long ago, at once and then every hour. One replica does it, the others go on.
 * @param startWhen it waits for: then the inbox is there
 * @returns what ends it
 */
export function pruneInbox(pool: Pool, log: InboxLog, startWhen: Promise<unknown>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()

  async function prune(): Promise<void> {
    const next = await pruneOnce(pool, () => stopped).then(
      (gone) => {
        if (gone > 0) log.info({ messages: gone }, 'the inbox was pruned')
        return HOUR_MS
      },
      ({ message }: Error) => {
        log.warn({ reason: message }, 'the inbox was not pruned')
        return RETRY_MS
      },
    )
    if (!stopped) timer = setTimeout(start, next).unref()
  }
  function start(): void {
    if (!stopped) running = prune()
  }

  startWhen.then(start)
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}

/** @returns how many messages were forgotten */
async function pruneOnce(pool: Pool, isStopped: () => boolean): Promise<number> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    if (!(await tryLock(client))) return 0
    let gone = 0
    for (const [from, to] of await rangesOf(client)) {
      for (let last = from; last < to && !isStopped(); ) {
        const slice = await pruneSlice(client, last, to)
        gone += slice.gone
        if (slice.seen < SLICE) break
        last = slice.last
      }
    }
    await unlock(client)
    return gone
  } catch (error) {
    // The lock goes with the connection.
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

async function tryLock(client: Tx): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [PRUNE_LOCK])
  return rows[0].locked
}

const unlock = (client: Tx) => client.query('select pg_advisory_unlock($1)', [PRUNE_LOCK])

/**
 * Where old messages can be: the time stands in front of a UUID of version 7, so those of the last days need not be looked at.
 * Ids that begin otherwise are somebody else's, and are on either side.
 */
async function rangesOf(client: Tx): Promise<[string, string][]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `select rpad(lpad(to_hex((extract(epoch from now() - interval '${KEEP}') * 1000)::bigint), 12, '0'), 32, '0')::uuid as "from",
            rpad(lpad(to_hex((extract(epoch from now() + interval '1 day') * 1000)::bigint), 12, '0'), 32, '0')::uuid as "to"`,
  )
  const { from, to } = rows[0]!
  return [
    [FIRST, from],
    [to, LAST],
  ]
}

/** Deletes what is old of the next slice of the primary key. Old is what was received long ago by the database's clock. */
async function pruneSlice(
  client: Tx,
  from: string,
  to: string,
): Promise<{ last: string; seen: number; gone: number }> {
  const { rows } = await client.query<{ last: string; seen: number; gone: number }>({
    name: 'prune-inbox',
    text: `with slice as materialized (
             select message_id, received_at < now() - interval '${KEEP}' as is_old from inbox
             where message_id > $1 and message_id <= $2 order by message_id limit ${SLICE}
           ), gone as (
             delete from inbox i using slice s where i.message_id = s.message_id and s.is_old
             returning i.message_id
           )
           select (array_agg(message_id order by message_id desc))[1] as last,
                  count(*)::int as seen, (select count(*)::int from gone) as gone
           from slice`,
    values: [from, to],
  })
  return rows[0]!
}
