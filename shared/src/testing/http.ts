import assert from 'node:assert/strict'
import type { ContractContext } from './context.ts'
import { checkProblem } from './problem.ts'

/** An answer, read to its end. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  /** Parsed when it is JSON. */
  body: unknown
}

export interface Sent {
  token?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is, under the content type in `headers`, by default JSON's. */
  body?: string | Uint8Array
}

const TIMEOUT_MS = 30_000

/**
 * Sends one request. Whatever it is, the shop must answer it with less than 500 and its request id, and a refusal must
 * be a problem: that is checked here for every request of the suite.
 */
export async function send(
  context: ContractContext,
  method: string,
  path: string,
  { token, headers, json, body = json === undefined ? undefined : JSON.stringify(json) }: Sent = {},
): Promise<Answer> {
  const response = await fetch(context.urlFor(path) + path, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    // TypeScript's fetch wants the narrower kind of bytes.
    body: body as string | undefined,
  })
  return checkAnswer(answerOf(response.status, response.headers, await response.text()))
}

/** An answer from its parts. JSON is parsed here, and not by fetch, so that Jest's realm owns the objects. */
export function answerOf(status: number, headers: Headers, text: string): Answer {
  const isJson = /^application\/([\w.-]+\+)?json/.test(headers.get('content-type') ?? '')
  return { status, headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** What holds for every answer of the shop. */
export function checkAnswer(answer: Answer): Answer {
  assert.ok(answer.status < 500, `a ${answer.status}: ${answer.text}`)
  assert.ok(answer.headers.get('x-request-id'), 'the answer carries no x-request-id')
  if (answer.status >= 400) checkProblem(answer)
  return answer
}
