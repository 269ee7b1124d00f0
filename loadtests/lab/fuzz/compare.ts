import { type Operation, operationAt } from './document.ts'
import type { Draft } from './draft.ts'
import { parsed } from './oracle.ts'
import { endsEarly, type WireAnswer } from './wire.ts'

/**
 * The contract says nothing of what is no call of it. And a server that is left with half a request may have answered before
 * it knew.
 */
export const isComparable = (draft: Draft, operations: Operation[]): boolean =>
  operationAt(operations, draft.method, draft.target) !== undefined && !endsEarly(draft)

/** What may stand for one another: an order that is pending here has settled there, and of two faults either may be told. */
const ALIKE = [
  [201, 202],
  [202, 409],
  [413, 415],
]

/** In what the first answer differs from another; undefined when they are alike. */
export function differenceOf([one, ...others]: WireAnswer[]): string | undefined {
  return others
    .map((other) => (isAlike(one, other) ? undefined : `${told(one)} and ${told(other)}`))
    .find(Boolean)
}

function isAlike(one: WireAnswer, other: WireAnswer): boolean {
  if (!one || !other) return one === other
  if (one.status === other.status) return typeOf(one) === typeOf(other)
  return ALIKE.some((pair) => pair.includes(one.status) && pair.includes(other.status))
}

const told = (answer: WireAnswer) => (answer ? `${answer.status} ${typeOf(answer)}`.trim() : 'silence')

const typeOf = ({ status, body }: NonNullable<WireAnswer>) =>
  status < 400
    ? ''
    : String((parsed(body) as { type?: string } | undefined)?.type)
        .split(':')
        .at(-1)
