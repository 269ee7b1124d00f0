/** SQLSTATE classes and codes that say "not now": connection lost, shutting down, too many clients, a limit in time. */
const NOT_NOW = /^(08|57P0|53|55P03|57014|40001|40P01|25P03)/
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])
/** What `pg` says of a connection that is gone, without a code. */
const GONE =
  /connection (terminated|error)|timeout exceeded when trying to connect|not queryable|Cannot use a pool after/i

/** True when a dependency was away or too busy, so that the same call may do later. */
export function isUnavailable(error: Error & { code?: string }): boolean {
  const { code = '' } = error
  return NETWORK.has(code) || (/^[0-9A-Z]{5}$/.test(code) && NOT_NOW.test(code)) || GONE.test(error.message)
}
