/** Nothing was sent, so that any call may be tried again elsewhere. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
])
/** The connection broke on the way: only what has no second effect may be tried again. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED'])
const SLOW = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
/** Who had less time than this, in milliseconds, and got no answer, says nothing about the service. */
const FAIR_MS = 1_000

/** Whether a call that failed so may be made again. */
export const mayRetry = (code: string, repeatable: boolean): boolean =>
  NOT_SENT.has(code) || (repeatable && BROKEN.has(code))

/** What the caller is told of a call that failed so. */
export const problemOf = (code: string): 'timeout' | 'unavailable' =>
  SLOW.has(code) ? 'timeout' : 'unavailable'

/** Whether a call that had so many milliseconds, and failed so, counts against the replica. */
export const isItsFault = (code: string, ms: number): boolean => !SLOW.has(code) || ms >= FAIR_MS
