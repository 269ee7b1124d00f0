/**
 * SQLSTATEs that speak of the values in a statement: 21 more rows than one, 22 data, 23 a constraint, 44 a view's check,
 * 54 beyond a limit of the program, such as a text that is too long for its index. Not 42: a table, column or type that is
 * not as the statement expects is nothing that another content would change.
 */
const CONTENT = /^(21|22|23|44|54)[0-9A-Z]{3}$/
/** SQLSTATEs of one who waited for others: a lock or a statement that took too long, a conflict, a deadlock. */
const CONTENTION = new Set(['55P03', '57014', '40001', '40P01'])
/** What pg-pool says when all connections stayed in use; it has no code. */
const ALL_IN_USE = 'timeout exceeded when trying to connect'
/** What only wrong code throws. By name, since errors of another realm are no instances of these. */
const MISTAKES = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'AssertionError',
])
/** ECONNRESET, ENOSPC and their like. Node's own complaints about arguments, ERR_…, are none. */
const SYSTEM = /^E(?!RR_)[A-Z0-9_]+$/
/** Memory that is not there is nobody's mistake, though V8 calls it a RangeError. */
const ALLOCATION = /allocation failed|out of memory/i

/**
 * True when the content of the request or message is to blame, or our own code: trying again would end the same way.
 * What is not known is not taken for it: a message would be lost for a fault of the database.
 */
export function isContentFault(error: unknown): boolean {
  const { name, code } = fieldsOf(error)
  return name === 'PoisonError' || CONTENT.test(String(code)) || isMistake(error)
}

/** True for an error that our own code makes, and not what it meets. */
function isMistake(error: unknown): boolean {
  const { name, code, message, cause } = fieldsOf(error)
  if (!MISTAKES.has(String(name)) || ALLOCATION.test(String(message))) return false
  // `fetch` wraps what the network said into a TypeError.
  return !SYSTEM.test(String(code)) && !SYSTEM.test(String(fieldsOf(cause).code))
}

/** True when a dependency was away, broken or too busy, so that the same call may do later. */
export const isUnavailable = (error: unknown): boolean => !isContentFault(error)

/** True when others were in the way: the database is busy, and not broken. */
export function isContention(error: unknown): boolean {
  const { code, message } = fieldsOf(error)
  return CONTENTION.has(String(code)) || message === ALL_IN_USE
}

type Fields = Partial<Record<'name' | 'code' | 'message' | 'cause', unknown>>

/** Anything may be thrown. */
const fieldsOf = (error: unknown): Fields => (typeof error === 'object' && error !== null ? error : {})
