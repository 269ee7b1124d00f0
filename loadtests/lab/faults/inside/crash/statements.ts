import type pg from 'pg'
import { Client } from './shipped.ts'

/** A statement that is about to be sent, or that has just been answered without an error. */
export type Moment = {
  when: 'before' | 'after'
  /** The name of a prepared statement, or the text of another. */
  statement: string
  /** How many rows it gave; 0 before. */
  rows: number
  /** Whether the same connection has run this statement since its last `begin`. */
  since(statement: string): boolean
}

type Query = (this: pg.Client, ...parameters: unknown[]) => unknown
type Answered = (error: Error | null, result: pg.QueryResult) => void

/**
 * Tells of every statement of this process.
 * @param holdBack how long the statement waits before it is sent, in milliseconds, with those that follow it on its connection
 */
export function watchStatements(
  tell: (moment: Moment) => void,
  holdBack: (statement: string) => number = () => 0,
): void {
  const prototype = Client.prototype as unknown as { query: Query }
  const original = prototype.query
  const ran = new WeakMap<pg.Client, Set<string>>()
  const held = new WeakMap<pg.Client, Promise<void>>()

  prototype.query = function (...parameters) {
    const statement = statementOf(parameters[0])
    if (statement.startsWith('begin') || !ran.has(this)) ran.set(this, new Set())
    const earlier = ran.get(this)!
    earlier.add(statement)
    const since = (name: string) => earlier.has(name)
    const after = (result: pg.QueryResult) =>
      tell({ when: 'after', statement, rows: result.rowCount ?? 0, since })

    const send = () => {
      tell({ when: 'before', statement, rows: 0, since })
      const last = parameters.at(-1)
      if (typeof last === 'function')
        return original.call(this, ...parameters.slice(0, -1), telling(last as Answered, after))
      return (original.apply(this, parameters) as Promise<pg.QueryResult>).then((result) => {
        after(result)
        return result
      })
    }
    const ms = holdBack(statement)
    if (ms > 0 && !held.has(this)) {
      held.set(
        this,
        new Promise((resolve) => setTimeout(resolve, ms)).then(() => void held.delete(this)),
      )
    }
    return held.get(this)?.then(send) ?? send()
  }
}

/** The same callback, that tells of an answer before it is called. */
const telling =
  (callback: Answered, tell: (result: pg.QueryResult) => void): Answered =>
  (error, result) => {
    if (!error) tell(result)
    callback(error, result)
  }

function statementOf(query: unknown): string {
  if (typeof query === 'string') return query
  const { name, text } = query as { name?: string; text?: string }
  return name ?? text ?? ''
}
