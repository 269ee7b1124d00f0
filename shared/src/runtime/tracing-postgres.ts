import { AsyncResource } from 'node:async_hooks'
import type pg from 'pg'
import type { Tracing } from './tracing.ts'

type Callback = (error: Error | null | undefined, result: unknown) => void
type Query = (config: unknown, values?: unknown, callback?: Callback) => Promise<unknown> | undefined

/** The longest text of a statement without a name that is told: `begin`, not a schema. */
const LONGEST_TEXT = 80

/** Gives every statement that is sent within a span a span of its own, by the statement's name and never with its values. */
export function traceStatements(pool: pg.Pool, tracing: Tracing): void {
  // Whoever waits for a connection is called by whoever gives it back, in whose span it would find itself.
  const connect = pool.connect.bind(pool) as (callback?: Callback) => unknown
  pool.connect = ((callback?: Callback) =>
    connect(callback && AsyncResource.bind(callback))) as pg.Pool['connect']

  pool.on('connect', (client) => {
    const query = client.query.bind(client) as unknown as Query
    const traced: Query = (config, values, callback) => {
      const parent = tracing.current()
      if (!parent) return query(config, values, callback)
      const span = tracing.begin(nameOf(config), { kind: 'client', parent, attributes: SYSTEM })
      if (callback) {
        return query(config, values, (error, result) => {
          tracing.end(span, error)
          callback(error, result)
        })
      }
      const answer = query(config, values)
      answer?.then(
        () => tracing.end(span),
        (error) => tracing.end(span, error),
      )
      return answer
    }
    client.query = traced as unknown as typeof client.query
  })
}

export const SYSTEM = { 'db.system.name': 'postgresql' }

function nameOf(config: unknown): string {
  const { name, text = '' } = typeof config === 'string' ? { text: config } : (config as pg.QueryConfig)
  return name ?? text.slice(0, LONGEST_TEXT)
}
