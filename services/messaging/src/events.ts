import { createAjv } from '@shop/shared/runtime/ajv.ts'
import type { Static, TSchema } from 'typebox'
import { PoisonError } from './message.ts'

/** Facts by topic. */
export type Events = Record<string, TSchema>

/** A fact of one of these topics: the topic tells the payload's type. */
export type EventOf<E extends Events> = {
  [T in keyof E & string]: { topic: T; payload: Static<E[T]> }
}[keyof E & string]

/**
 * Makes the check of a consumer's own view of the facts it wants. Unknown properties pass: the publisher may add some.
 */
export function eventParser<E extends Events>(events: E): (topic: string, payload: unknown) => EventOf<E> {
  const ajv = createAjv({ coerceTypes: false })
  const checks = new Map(Object.entries(events).map(([topic, schema]) => [topic, ajv.compile(schema)]))
  return (topic, payload) => {
    const check = checks.get(topic)
    if (!check) throw new PoisonError(`nobody here knows the topic ${topic}`)
    if (!check(payload)) throw new PoisonError(ajv.errorsText(check.errors, { dataVar: topic }))
    return { topic, payload } as EventOf<E>
  }
}
