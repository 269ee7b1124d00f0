import type { IncomingMessage } from 'node:http'
import { pathOf } from '@shop/shared/runtime/target.ts'

/** The longest that a request may be held, in seconds. */
export const MAX_WAIT_SECONDS = 30

/** How long the caller prefers to wait (RFC 7240 `wait`), in seconds; 0 when it does not say, or says it badly. */
export function preferredWait(prefer: string | string[] | undefined): number {
  const wait = /(?:^|[,\s])wait\s*=\s*"?(\d+)"?/i.exec(String(prefer ?? ''))?.[1]
  return Math.min(Number(wait ?? 0), MAX_WAIT_SECONDS)
}

/**
 * Whether this request may be held until its order has settled: it then costs memory and a connection for a while, and
 * hardly any work. The URL is in its one form.
 */
export const isHeld = ({ method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>) =>
  method === 'POST' && pathOf(url) === '/orders' && preferredWait(headers.prefer) > 0
