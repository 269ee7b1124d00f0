import type { IncomingMessage } from 'node:http'
import { isHost } from './host.ts'
import { canonicalTarget } from './target.ts'

/**
 * Decides, before anything counts it, whether this is a request of HTTP/1.0 or 1.1 (RFC 9112, section 3), and gives it the one
 * form of its target. Node's parser lets more pass: a line without a version, which it takes for HTTP/0.9; HTTP/2.0 as text;
 * any host, and several.
 * @returns what is wrong with it, for the caller
 */
export function wrongWith(request: IncomingMessage): string | undefined {
  const { httpVersion, rawHeaders, url = '' } = request
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'Send HTTP/1.1 or HTTP/1.0'
  if (!hasRightHost(rawHeaders, httpVersion === '1.0'))
    return 'Send one Host header, with a host and its port'
  const target = canonicalTarget(url)
  if (target === undefined) return 'The URL is not valid'
  request.url = target
  return undefined
}

/** Two readers could take a request with several for two places. @param raw names and values in turn */
function hasRightHost(raw: readonly string[], mayHaveNone: boolean): boolean {
  let host: string | undefined
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    if (host !== undefined) return false
    host = raw[i + 1]!
  }
  return host === undefined ? mayHaveNone : isHost(host)
}
