import { once } from 'node:events'
import { createServer, type Server } from './server.ts'

describe('a handler that does not come to an end', () => {
  let app: Server
  let url = ''

  beforeAll(async () => {
    app = createServer('slow', { LOG_LEVEL: 'silent' })
    const never = () => new Promise<never>(() => undefined)
    app.get('/never', { config: { answerMs: 100 } }, never)
    app.post('/never', { config: { answerMs: 100 } }, never)
    app.post('/late', { config: { answerMs: 100 } }, async () => {
      await once(app.server, 'let go')
      return { late: true }
    })
    app.post('/quick', async () => ({ quick: true }))
    url = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => app.close())

  const post = (path: string) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })

  it.each([
    ['GET', () => fetch(`${url}/never`)],
    ['POST with a body', () => post('/never')],
  ])('is answered 504 in its place: %s', async (_, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(504)
    expect(await answer.json()).toMatchObject({ type: 'urn:one-shop-twice:problem:timeout' })
  })

  it('may end later, and harms nobody', async () => {
    expect((await post('/late')).status).toBe(504)
    app.server.emit('let go')
    expect((await post('/quick')).status).toBe(200)
  })
})
