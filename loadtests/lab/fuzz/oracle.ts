import { Problem } from '@shop/shared/contract/schemas.ts'
import { createAjv } from '@shop/shared/runtime/ajv.ts'
import { type Operation, operationAt } from './document.ts'
import type { Draft } from './draft.ts'
import { endsEarly, type WireAnswer } from './wire.ts'

export type Fault = { kind: '5xx' | 'limited' | 'silent' | 'mismatch' | 'leak'; what: string }

const PROBLEM = 'application/problem+json'
/** What may be answered to a request that no operation is for. */
const UNROUTED = [400, 404, 405, 408, 413, 414, 415, 417, 431, 501]
/** Words of what is behind the shop: none of them is anybody's business, and no request of the fuzzer holds one. */
const INTERNALS =
  /\n\s+at |node_modules|\.[cm]?[jt]s:\d+|\b(ECONN|EPIPE|EAI_|UND_ERR|ERR_[A-Z]|FST_|HPE_)|postgres|rabbitmq|amqp|syntax error at|violates|duplicate key|invalid input syntax|out of range for type|undici|fastify/i

const validProblem = createAjv({ coerceTypes: false, useDefaults: false }).compile(Problem)

/**
 * What is wrong with an answer, whatever was asked.
 * @param operations of the document that the process serves
 * @param secrets texts that no answer may hold, such as the addresses of processes behind this one
 */
export function faultsOf(
  operations: Operation[],
  draft: Draft,
  answer: WireAnswer,
  secrets: string[],
): Fault[] {
  if (!answer)
    return mayBeSilent(draft) ? [] : [{ kind: 'silent', what: 'the connection was closed without an answer' }]
  const { status, body } = answer
  if (status === 429 || status === 503) return [{ kind: 'limited', what: `${status} ${body}` }]
  if (status >= 500 && status !== 501) return [{ kind: '5xx', what: `${status} ${body}` }]
  const faults: Fault[] = []
  const mismatch = mismatchOf(operations, draft, answer)
  if (mismatch) faults.push({ kind: 'mismatch', what: `${status}: ${mismatch}` })
  const leak = INTERNALS.exec(body)?.[0] ?? secrets.find((secret) => body.includes(secret))
  if (leak) faults.push({ kind: 'leak', what: `${status} tells of ${JSON.stringify(leak)}` })
  return faults
}

/** Node hands a CONNECT to nobody and hangs up. */
const mayBeSilent = (draft: Draft) => draft.method === 'CONNECT' || endsEarly(draft)

function mismatchOf(
  operations: Operation[],
  draft: Draft,
  answer: NonNullable<WireAnswer>,
): string | undefined {
  const { status, headers, body } = answer
  const operation = operationAt(operations, draft.method, draft.target)
  const described = operation?.responses.get(status)
  if (operation && !described) return `${operation.id} does not document this status`
  if (!operation && !UNROUTED.includes(status)) return 'no operation is there to answer so'
  if (draft.method === 'HEAD') return undefined
  const wanted = described?.contentType ?? PROBLEM
  const type = headers.get('content-type') ?? 'none'
  if (type.split(';')[0] !== wanted) return `the content type is ${type} and not ${wanted}`
  const value = parsed(body)
  const validate = described?.validate ?? validProblem
  if (!validate(value)) return `the body is off its schema: ${body.slice(0, 200)}`
  if (wanted === PROBLEM && (value as Problem).status !== status) return 'the problem names another status'
  return undefined
}

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
