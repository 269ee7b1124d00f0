import { connect } from 'node:net'
import type { Draft, Framing } from './draft.ts'
import { NO_HOST } from './mutations/headers.ts'

/** An answer; `undefined` when the other side hung up without one. */
export type WireAnswer = { status: number; headers: Map<string, string>; body: string } | undefined

/** A server may hold a request for ten seconds before it gives up on it. */
const TIMEOUT_MS = 15_000

/** Writes a request to a server, byte by byte, and reads what comes back. @throws when nothing comes in 15 s */
export function exchange(url: string, draft: Draft): Promise<WireAnswer> {
  const { hostname, port, host } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
  const received: Buffer[] = []
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const finish = () => resolve(readAnswer(Buffer.concat(received), draft.method === 'HEAD'))
  socket.setTimeout(TIMEOUT_MS, () => {
    socket.destroy()
    if (received.length > 0) finish()
    else reject(new Error('no answer within 15 s'))
  })
  socket.on('data', (data: Buffer) => received.push(data))
  // A server that has answered may hang up while the rest is still being written.
  socket.on('error', finish)
  socket.on('end', () => socket.destroy())
  socket.on('close', finish)
  socket.write(bytesOf(draft, host))
  if (endsEarly(draft)) socket.end()
  return promise
}

/** Whether the body is shorter than it says: the server is told that no more will come, and may hang up on that. */
export const endsEarly = ({ body, framing }: Draft) =>
  body !== undefined && (framing === 'too long' || framing === 'bad chunk')

/** The bytes of a request. Texts are written as UTF-8. */
export function bytesOf({ method, target, headers, body, framing }: Draft, host: string): Buffer {
  const hosted = headers.some(([name]) => name === 'Host') ? [] : [['Host', host] as const]
  const lines = [...hosted, ...headers, ['Connection', 'close'] as const]
    .filter(([, value]) => value !== NO_HOST)
    .map(([name, value]) => `${name}: ${value}`)
  const framed = body ? frame(body, framing) : noBody(method)
  return Buffer.concat([
    Buffer.from(`${[`${method} ${target} HTTP/1.1`, ...lines, ...framed.headers].join('\r\n')}\r\n\r\n`),
    framed.body,
  ])
}

const noBody = (method: string) => ({
  headers: method === 'POST' || method === 'PUT' ? ['Content-Length: 0'] : [],
  body: Buffer.alloc(0),
})

const CHUNKED = 'Transfer-Encoding: chunked'

function frame(body: Buffer, framing: Framing): { headers: string[]; body: Buffer } {
  const length = (value: number | string) => `Content-Length: ${value}`
  switch (framing) {
    case 'length':
      return { headers: [length(body.length)], body }
    case 'too short':
      return { headers: [length(Math.max(0, body.length - 3))], body }
    case 'too long':
      return { headers: [length(body.length + 3)], body }
    case 'not a number':
      return { headers: [length(`${body.length}x`)], body }
    case 'untold':
      return { headers: [], body }
    case 'chunked':
      return { headers: [CHUNKED], body: chunks(body, body.length) }
    case 'both':
      return { headers: [length(body.length), CHUNKED], body: chunks(body, body.length) }
    case 'bad chunk':
      return { headers: [CHUNKED], body: chunks(body, body.length + 5) }
  }
}

const chunks = (body: Buffer, told: number) =>
  body.length === 0
    ? Buffer.from('0\r\n\r\n')
    : Buffer.concat([Buffer.from(`${told.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])

/** The first answer among the bytes that is not an interim one. */
function readAnswer(bytes: Buffer, isHead: boolean): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1])
  if (!status) return undefined
  const rest = bytes.subarray(end + 4)
  if (status < 200) return readAnswer(rest, isHead)
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = headers.get('content-length')
  const body = headers.has('transfer-encoding')
    ? unchunked(rest)
    : length
      ? rest.subarray(0, Number(length))
      : rest
  return { status, headers, body: isHead ? '' : body.toString() }
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let rest = bytes; ; ) {
    const end = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.subarray(0, end).toString(), 16)
    if (!length) return Buffer.concat(parts)
    parts.push(rest.subarray(end + 2, end + 2 + length))
    rest = rest.subarray(end + 4 + length)
  }
}
