import { isUnavailable } from './postgres-errors.ts'

const error = (message: string, code?: string) => Object.assign(new Error(message), { code })

describe('an error that says "not now"', () => {
  it.each([
    ['connection refused', error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')],
    ['connection reset', error('read ECONNRESET', 'ECONNRESET')],
    ['terminated by an administrator', error('terminating connection', '57P01')],
    ['the database starting up', error('the database system is starting up', '57P03')],
    ['too many clients', error('sorry, too many clients already', '53300')],
    ['no space', error('could not extend file', '53100')],
    ['a lock that was not to be had', error('canceling statement due to lock timeout', '55P03')],
    ['a statement that took too long', error('canceling statement due to statement timeout', '57014')],
    ['a deadlock', error('deadlock detected', '40P01')],
    ['a connection that is gone, without a code', error('Connection terminated unexpectedly')],
    ['a pool without a free connection', error('timeout exceeded when trying to connect')],
  ])('is %s', (_what, it) => expect(isUnavailable(it)).toBe(true))

  it.each([
    ['a check that failed', error('violates check constraint', '23514')],
    ['a duplicate key', error('duplicate key value', '23505')],
    ['wrong SQL', error('syntax error', '42601')],
    ['a mistake in code', new TypeError('x is not a function')],
    ['a code of another kind', error('odd', 'FST_ERR_VALIDATION')],
    ['a code that only begins alike', error('odd', '08')],
  ])('is not %s', (_what, it) => expect(isUnavailable(it)).toBe(false))
})
