import type { Dispatcher } from 'undici'
import { request } from 'undici'

export type CallOptions = {
  token?: string
  /** Idempotency-Key. */
  key?: string
  /** Value of `Prefer`, for example `wait=5`. */
  prefer?: string
  /** Sent as JSON. */
  body?: unknown
  /** Undici's pool to take a connection from. Default: its global one. */
  dispatcher?: Dispatcher
  /** Ends the call. Default: 10 s without an answer do. */
  signal?: AbortSignal
}

/** What the shop answered; `body` is parsed JSON, problems included. */
export type Answer<T = unknown> = { status: number; headers: Dispatcher.ResponseData['headers']; body: T }

/**
 * Calls the shop.
 * @param url whole, or a path when the dispatcher is a pool of one origin
 * @throws undici's error when there is no answer within 10 s; the signal's reason when it ends the call
 */
export async function call<T = unknown>(
  method: Dispatcher.HttpMethod,
  url: string,
  { token, key, prefer, body, dispatcher, signal }: CallOptions = {},
): Promise<Answer<T>> {
  const headers: Record<string, string> = {}
  if (token) headers.authorization = `Bearer ${token}`
  if (key) headers['idempotency-key'] = key
  if (prefer) headers.prefer = prefer
  if (body !== undefined) headers['content-type'] = 'application/json'
  const answer = await request(url, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
    dispatcher,
    signal,
  })
  return { status: answer.statusCode, headers: answer.headers, body: (await answer.body.json()) as T }
}
