import fc, { type Arbitrary } from 'fast-check'
import type { Operation, Parameter } from './document.ts'
import { valuesOf } from './values.ts'

/** A request as it will be written, byte by byte, but for order ids, which each stack gives anew. */
export type Draft = {
  operation: string
  /** What was done to it; `valid` when nothing. */
  mutation: string
  method: string
  /** The request target. `<confirmed:2>` stands for the id of an order that the stack has. */
  target: string
  headers: [string, string][]
  /** JSON that the body was made of. */
  json?: unknown
  body?: Buffer
  /** How the length of the body is told. */
  framing: Framing
}
export type Framing =
  | 'length'
  | 'chunked'
  | 'too short'
  | 'too long'
  | 'both'
  | 'bad chunk'
  | 'not a number'
  | 'untold'

/** Who calls: as a header, or not at all. */
export type Tokens = Record<string, string>

export type DraftOptions = {
  /** Products that exist and have plenty of stock. */
  skus: string[]
  /** One that exists and has none, ever. */
  emptySku: string
  tokens: Tokens
  /** Of this campaign alone: keys and new SKUs begin with it. */
  prefix: string
}

/** The kinds of orders that each stack has, and how many of each: `<confirmed:0>` and so on. */
export const ORDER_KINDS = { confirmed: 8, cancelled: 2, rejected: 2, foreign: 2 } as const

/** Valid requests of an operation. */
export function validDrafts(operation: Operation, options: DraftOptions): Arbitrary<Draft> {
  const { parameters, body } = operation
  const values = fc.tuple(...parameters.map((it) => parameterValues(it, operation, options)))
  const bodies = body
    ? valuesOf(body, (name, made) => bodyOverride(name, made, options))
    : fc.constant(undefined)
  const role = fc.constantFrom(...(operation.roles.length > 0 ? operation.roles : ['nobody']))
  return fc.tuple(values, bodies, role).map(([given, json, who]) => {
    const of = (place: Parameter['in']) =>
      parameters.flatMap(({ in: where, name }, i) =>
        where === place && given[i] !== undefined ? [[name, String(given[i])] as [string, string]] : [],
      )
    const path = of('path').reduce(
      (made, [name, value]) => made.replace(`{${name}}`, escaped(value)),
      operation.path,
    )
    const query = of('query').map(([name, value]) => `${name}=${escaped(value)}`)
    const token = options.tokens[who]
    const content = json === undefined ? undefined : Buffer.from(JSON.stringify(json))
    return {
      operation: operation.id,
      mutation: 'valid',
      method: operation.method,
      target: query.length > 0 ? `${path}?${query.join('&')}` : path,
      headers: [
        ...of('header'),
        ...(token ? [['Authorization', `Bearer ${token}`] as [string, string]] : []),
        ...(content ? [['Content-Type', 'application/json'] as [string, string]] : []),
      ],
      json,
      body: content,
      framing: 'length',
    }
  })
}

/** As good as never drawn twice. */
const unique = fc.nat(2 ** 31 - 1)
const ORDER = /^<\w+:\d+>$/
const escaped = (value: string) => (ORDER.test(value) ? value : encodeURIComponent(value))

function parameterValues(
  { name, required, schema }: Parameter,
  operation: Operation,
  { skus, emptySku, prefix }: DraftOptions,
): Arbitrary<unknown> {
  const made = valuesOf(schema)
  if (name === 'sku') {
    const fresh = unique.map((number) => `${prefix}-${number}`)
    const known = fc.constantFrom(...skus, ...(operation.body ? [] : [emptySku]))
    return fc.oneof({ weight: 5, arbitrary: known }, { weight: 2, arbitrary: fresh })
  }
  if (name === 'id') return fc.oneof({ weight: 8, arbitrary: orderIds }, { weight: 1, arbitrary: made })
  if (name === 'Idempotency-Key') {
    return fc.tuple(unique, made).map(([number, key]) => `${prefix}-${number}-${key}`.slice(0, 255))
  }
  if (name === 'Prefer') return fc.constantFrom('wait=8', 'wait=8', 'respond-async, wait=8', undefined)
  return required ? made : fc.option(made, { nil: undefined })
}

const orderIds = fc.constantFrom(
  ...Object.entries(ORDER_KINDS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, i) => `<${kind}:${i}>`),
  ),
)

/** Orders are for products that exist, most of the time. */
function bodyOverride(name: string, made: Arbitrary<unknown>, { skus, emptySku }: DraftOptions) {
  if (name === 'sku') {
    return fc.oneof(
      { weight: 60, arbitrary: fc.constantFrom(...skus) },
      { weight: 1, arbitrary: fc.constant(emptySku) },
      { weight: 1, arbitrary: made },
    )
  }
  // Twenty lines of five products would always have one twice.
  if (name === 'lines')
    return fc.oneof({ weight: 4, arbitrary: made.map(withoutTwins) }, { weight: 1, arbitrary: made })
  return undefined
}

function withoutTwins(lines: unknown): unknown {
  const bySku = new Map((lines as { sku: string }[]).map((line) => [line.sku, line]))
  return [...bySku.values()]
}
