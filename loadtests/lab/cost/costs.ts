import { bytesOf } from './bytes.ts'
import { type Counters, scrape } from './scrape.ts'

const STATEMENTS = 'db_statements_total'
const PUBLISHED = 'messages_published_total'
const CONSUMED = 'messages_consumed_total'
const NAMES = [STATEMENTS, PUBLISHED, CONSUMED]

/** A process to count the costs of; without `pid`, its bytes are not known. */
export type CostTarget = {
  name: string
  /** Of its `/metrics`. */
  metricsUrl: string
  pid?: number
}

/** What a process did in a window of time. */
export type ProcessCost = {
  name: string
  /** Round trips to PostgreSQL; 0 for a process that has no database. */
  statements: number
  /** Messages given to RabbitMQ, and taken from it; 0 for a process without it. */
  published: number
  consumed: number
  /** Bytes read and written, the log included (see `bytesOf`); null where the system does not tell. */
  bytes: number | null
}

/**
 * Begins to count what each process does: database round trips, messages, bytes. Counting costs two scrapes, whose own
 * bytes are a few thousand for each process.
 * @returns what ends it, and says what was counted since
 * @throws Error when a process does not answer; from the end also when one has begun anew meanwhile, and so counts from zero
 */
export async function startCosts(targets: CostTarget[]): Promise<() => Promise<ProcessCost[]>> {
  const before = await Promise.all(targets.map(look))
  return async () => {
    const after = await Promise.all(targets.map(look))
    return targets.map((target, i) => costOf(target.name, before[i]!, after[i]!))
  }
}

type Look = { counters: Counters; bytes: number | null }

async function look({ metricsUrl, pid }: CostTarget): Promise<Look> {
  const counters = await scrape(metricsUrl, NAMES)
  return { counters, bytes: pid === undefined ? null : await bytesOf(pid) }
}

/** What grew from one look at a process to the next. @throws Error when something fell */
export function costOf(name: string, before: Look, after: Look): ProcessCost {
  const grown = (counter: string) => {
    const growth = (after.counters.get(counter) ?? 0) - (before.counters.get(counter) ?? 0)
    if (growth < 0) throw new Error(`${counter} of ${name} fell: the process has begun anew`)
    return growth
  }
  const isKnown = before.bytes !== null && after.bytes !== null
  return {
    name,
    statements: grown(STATEMENTS),
    published: grown(PUBLISHED),
    consumed: grown(CONSUMED),
    bytes: isKnown ? after.bytes! - before.bytes! : null,
  }
}
