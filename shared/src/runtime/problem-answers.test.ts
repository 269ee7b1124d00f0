import { ProblemError } from '../contract/problems.ts'
import { createServer } from './server.ts'

const error = (message: string, code?: string) => Object.assign(new Error(message), { code })

/** What a call is answered whose handler throws this. */
async function answerTo(thrown: unknown) {
  const app = createServer('test', { LOG_LEVEL: 'silent' })
  app.get('/', async () => {
    throw thrown
  })
  const { statusCode, headers, body } = await app.inject({ url: '/', headers: { host: 'shop' } })
  await app.close()
  return { status: statusCode, retryAfter: headers['retry-after'], body }
}

describe('what a handler throws', () => {
  it.each([
    ['a server that only reads', error('cannot execute INSERT in a read-only transaction', '25006')],
    ['a wrong password', error('password authentication failed', '28P01')],
    ['a table that is not there yet', error('relation "orders" does not exist', '42P01')],
    ['a full disk', error('could not extend file', '53100')],
    ['a connection that does not answer', error('Query read timeout')],
    ['what nobody has heard of', error('odd', 'ZZ999')],
    ['a network that is not there', error('connect ENETUNREACH', 'ENETUNREACH')],
  ])('is answered 503, and when to come back, and not why: %s', async (_what, thrown) => {
    const { status, retryAfter, body } = await answerTo(thrown)
    expect([status, retryAfter]).toEqual([503, '1'])
    expect(body).not.toContain((thrown as Error).message)
  })

  it.each([
    ['our mistake', new TypeError('x is not a function')],
    ['data that passed our checks', error('invalid input syntax for type uuid', '22P02')],
    ['a constraint that we broke', error('duplicate key value', '23505')],
    [
      'what Fastify says of us',
      Object.assign(error('odd', 'FST_ERR_REP_INVALID_PAYLOAD_TYPE'), { statusCode: 500 }),
    ],
  ])('is answered 500: %s', async (_what, thrown) => {
    const { status, retryAfter, body } = await answerTo(thrown)
    expect([status, retryAfter]).toEqual([500, undefined])
    expect(body).not.toContain((thrown as Error).message)
  })

  it('is answered as it says, when it is a problem', async () => {
    const { status, body } = await answerTo(new ProblemError('unknown-product', 'There is no product x'))
    expect([status, body]).toEqual([422, expect.stringContaining('There is no product x')])
  })

  it('is answered 500 when the answer is not as the contract says', async () => {
    const app = createServer('test', { LOG_LEVEL: 'silent' })
    const schema = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }
    app.get('/', { schema: { response: { 200: schema } } }, async () => ({}))
    const { statusCode } = await app.inject({ url: '/', headers: { host: 'shop' } })
    await app.close()
    expect(statusCode).toBe(500)
  })
})
