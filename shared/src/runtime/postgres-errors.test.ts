import { isContentFault, isContention, isUnavailable } from './postgres-errors.ts'

const error = (message: string, code?: string | number) => Object.assign(new Error(message), { code })
const named = (name: string) => Object.assign(new Error('unreadable'), { name })

describe('an error that says "not now"', () => {
  it.each([
    ['connection refused', error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')],
    ['connection reset', error('read ECONNRESET', 'ECONNRESET')],
    ['no address', error('getaddrinfo EAI_AGAIN db', 'EAI_AGAIN')],
    ['a broken pipe, whose code is as long as an SQLSTATE', error('write EPIPE', 'EPIPE')],
    ['a full disk of ours', error('write ENOSPC', 'ENOSPC')],
    ['no more descriptors', error('socket EMFILE', 'EMFILE')],
    ['a password that is wrong', error('password authentication failed', '28P01')],
    ['a role that may not connect', error('role is not permitted to log in', '28000')],
    ['a database that is gone', error('database "shop" does not exist', '3D000')],
    ['a schema that is gone', error('no schema has been selected', '3F000')],
    ['a right that was revoked', error('permission denied for table orders', '42501')],
    ['a table that is not there yet', error('relation "orders" does not exist', '42P01')],
    ['a column that is not there yet', error('column "said_at" does not exist', '42703')],
    ['a column of another type', error('column is of type uuid but expression is of type text', '42804')],
    ['a function that is gone', error('function does not exist', '42883')],
    ['wrong SQL', error('syntax error', '42601')],
    ['a server that only reads', error('cannot execute INSERT in a read-only transaction', '25006')],
    ['a transaction that idled too long', error('terminating connection', '25P03')],
    ['a transaction that has failed', error('current transaction is aborted', '25P02')],
    ['a plan that the schema outdated', error('cached plan must not change result type', '0A000')],
    ['a prepared statement that is gone', error('prepared statement does not exist', '26000')],
    ['an error of the disk', error('could not read block', '58030')],
    ['a broken page', error('invalid page in block 0', 'XX001')],
    ['a bug of PostgreSQL', error('cache lookup failed', 'XX000')],
    ['no space', error('could not extend file', '53100')],
    ['no memory', error('out of memory', '53200')],
    ['too many clients', error('sorry, too many clients already', '53300')],
    ['terminated by an administrator', error('terminating connection', '57P01')],
    ['the database starting up', error('the database system is starting up', '57P03')],
    ['a connection that failed', error('connection failure', '08006')],
    ['a protocol that is not spoken', error('protocol violation', '08P01')],
    ['a lock that was not to be had', error('canceling statement due to lock timeout', '55P03')],
    ['an object in use', error('is being used', '55006')],
    ['a statement that took too long', error('canceling statement due to statement timeout', '57014')],
    ['a conflict', error('could not serialize access', '40001')],
    ['a deadlock', error('deadlock detected', '40P01')],
    ['a state that nobody has heard of', error('odd', 'ZZ999')],
    ['a connection that is gone, without a code', error('Connection terminated unexpectedly')],
    ['a connection that does not answer', error('Query read timeout')],
    ['a connection that is not made', error('Connection terminated due to connection timeout')],
    ['a client that was closed', error('Client was closed and is not queryable')],
    ['a pool that was closed', error('Cannot use a pool after calling end on the pool')],
    ['a pool without a free connection', error('timeout exceeded when trying to connect')],
    ['the same in German', error('Verbindung wird abgebrochen')],
    ['what only looks like a state of data', error('odd', '22')],
    ['a number for a code', error('odd', 22)],
    ['memory that is not there', new RangeError('Array buffer allocation failed')],
    [
      'a fetch that failed',
      new TypeError('fetch failed', { cause: error('connect ECONNREFUSED', 'ECONNREFUSED') }),
    ],
    ['no error at all', undefined],
    ['a text that was thrown', 'odd'],
  ])('is %s', (_what, it) => {
    expect(isUnavailable(it)).toBe(true)
    expect(isContentFault(it)).toBe(false)
  })
})

describe('an error of the content', () => {
  it.each([
    ['a text that is no uuid', error('invalid input syntax for type uuid', '22P02')],
    ['a null character', error('invalid byte sequence for encoding "UTF8": 0x00', '22021')],
    ['a character that the database cannot keep', error('has no equivalent in encoding "LATIN1"', '22P05')],
    ['a number out of range', error('integer out of range', '22003')],
    ['a division by zero', error('division by zero', '22012')],
    ['a missing value', error('violates not-null constraint', '23502')],
    ['a product that is not there', error('violates foreign key constraint', '23503')],
    ['a duplicate key', error('duplicate key value', '23505')],
    ['a check that failed', error('violates check constraint', '23514')],
    ['two rows for one', error('more than one row returned by a subquery', '21000')],
    ['a row that a view refuses', error('new row violates check option', '44000')],
    ['a text too long for its index', error('index row size 2712 exceeds btree maximum', '54000')],
    ['a message that cannot be read', named('PoisonError')],
    ['a mistake in code', new TypeError('x is not a function')],
    ['a wrong argument', Object.assign(new TypeError('must be a string'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['endless recursion', new RangeError('Maximum call stack size exceeded')],
    ['a name that nothing has', new ReferenceError('x is not defined')],
    ['a text that is no JSON', new SyntaxError('Unexpected token')],
    ['a mistake in another realm', named('TypeError')],
  ])('is %s', (_what, it) => {
    expect(isContentFault(it)).toBe(true)
    expect(isUnavailable(it)).toBe(false)
  })
})

describe('contention', () => {
  it.each(['55P03', '57014', '40001', '40P01'])('is %s', (code) =>
    expect(isContention(error('odd', code))).toBe(true),
  )

  it('is a pool whose connections are all in use', () =>
    expect(isContention(error('timeout exceeded when trying to connect'))).toBe(true))

  it.each(['25006', '28P01', '53300', '57P01', '23505', 'ECONNREFUSED', undefined])('is not %s', (code) =>
    expect(isContention(error('odd', code))).toBe(false),
  )
})
