import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ContractContext } from './context.ts'
import { type Answer, answerOf, checkAnswer } from './http.ts'

export interface RawRequest {
  method: string
  /** Sent as it is: fetch would tidy it up. */
  path: string
  headers?: Record<string, string | string[]>
  /** Each is written by itself; without a content-length among the headers, as a chunk. */
  chunks?: Iterable<string | Uint8Array>
}

const TIMEOUT_MS = 30_000

/** Sends what fetch will not: repeated headers, odd paths, chunked bodies. Reads an answer that comes before the end. */
export async function sendRaw(context: ContractContext, raw: RawRequest): Promise<Answer> {
  const { method, path, headers = {}, chunks = [] } = raw
  // As browsers and fetch do; a server that is asked to close may do so before all is read.
  const kept = { connection: 'keep-alive', ...headers }
  const outgoing = request(context.urlFor(path), {
    method,
    path,
    headers: kept,
    agent: false,
    timeout: TIMEOUT_MS,
  })
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
  // A server that has answered may hang up while the body is still being written.
  outgoing.on('error', () => undefined)
  for (const chunk of chunks) outgoing.write(chunk)
  outgoing.end()
  const [response] = await answered
  const body = await text(response)
  outgoing.destroy()
  const fields = new Headers()
  for (let i = 0; i < response.rawHeaders.length; i += 2) {
    fields.append(response.rawHeaders[i]!, response.rawHeaders[i + 1]!)
  }
  return checkAnswer(answerOf(response.statusCode ?? 0, fields, body))
}

/**
 * Writes bytes that need not be HTTP, and resolves to all that comes back before the other side hangs up.
 * @param halfClose say that no more will come
 */
export async function sendBytes(
  context: ContractContext,
  bytes: string,
  { halfClose = false }: { halfClose?: boolean } = {},
): Promise<string> {
  const { hostname, port } = new URL(context.urlFor('/'))
  const socket = connect({ port: Number(port) || 80, host: hostname, allowHalfOpen: true })
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')))
  socket.write(bytes)
  if (halfClose) socket.end()
  const reply = await text(socket)
  socket.destroy()
  return reply
}
