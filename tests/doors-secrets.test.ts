import { createContext, newAdmin, newCustomer, newKey } from '@shop/shared/testing/context.ts'
import { send } from '@shop/shared/testing/http.ts'
import { sendBytes } from '@shop/shared/testing/raw-http.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { planProcesses, type StackPlan } from '../loadtests/lab/stacks/plan.ts'
import { createStorage, type Storage } from '../loadtests/lab/stacks/storage.ts'
import { ask } from './support/gateway.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { guardedPath, type ProcessName, processesOf } from './support/processes.ts'
import { testSecret, testServers } from './support/stack.ts'

// What logs and answers must not tell, whatever goes wrong and however much is logged.

const passwordsIn = (env: Record<string, string>) =>
  Object.values(env).flatMap((value) => /^[a-z]+:\/\/[^:/@]*:([^@/]+)@/.exec(value)?.[1] ?? [])

const INSIDE = /\n\s+at |node_modules|\.ts:\d|select |insert |ECONN|127\.0\.0\.1|postgres|amqp|shop_[a-z]+_/i

describe.each(processesOf)('the %s', (name, kinds) => {
  let storage: Storage
  let plans: StackPlan[]
  beforeAll(async () => {
    storage = await createStorage(name, testServers())
    plans = await planProcesses(name, storage, { secret: testSecret, logLevel: 'trace' })
  })
  afterAll(() => storage.remove())

  describe.each(kinds)('%s', (kind) => {
    const planOf = () => plans.find((plan) => plan.kind === kind)!

    it('logs no secret and no token, and answers tell nothing of the inside, at work and in trouble', async () => {
      const processes = plans.map((plan) => startProcess(plan))
      await Promise.all(processes.map((it) => it.ready()))
      const process = processes.find((it) => it.name === kind)!
      const { secrets, answers } = await trouble(process, kind)
      for (const it of processes) it.signal('SIGTERM')
      await Promise.all(processes.map(({ ended }) => ended))
      const log = processes.flatMap(({ lines }) => lines).join('\n')
      const known = [testSecret, ...plans.flatMap(({ env }) => passwordsIn(env)), ...secrets]
      expect(process.lines.length).toBeGreaterThan(5)
      expect(known.filter((secret) => log.includes(secret))).toEqual([])
      for (const answer of answers) expect(answer).not.toMatch(INSIDE)
    })

    it.each(['away', 'not letting it in'])('logs no password while what it needs is %s', async (state) => {
      const { env } = planOf()
      const needed = Object.keys(env).filter((variable) => /_URLS?$/.test(variable))
      const port = await freePort()
      const changed = needed.map((variable) => {
        const url = new URL(env[variable]!)
        if (state === 'away') url.port = String(port)
        else if (url.password) url.password = `wrong-${url.password}`
        return [variable, url.href.replace(/\/$/, '')] as const
      })
      const plan = { ...planOf(), env: { ...env, ...Object.fromEntries(changed) } }
      const process = startProcess(plan)
      await process.says(`Server listening at ${plan.url}`)
      const context = createContext({ baseUrl: plan.url, secret: testSecret })
      const { token } = kind === 'inventory' ? newAdmin(context) : newCustomer(context)
      const ready = await ask(context, '/health/ready')
      const health = await ask(context, '/health')
      const headers = {
        authorization: `Bearer ${token}`,
        'idempotency-key': newKey(),
        'content-type': 'application/json',
      }
      const body = kind === 'inventory' ? { quantity: 1 } : { lines: [{ sku: 'MUG-001', quantity: 1 }] }
      const called = await ask(context, guardedPath(kind), {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      process.signal('SIGTERM')
      await process.ended
      const log = process.lines.join('\n')
      const known = [testSecret, token, ...passwordsIn(plan.env), ...passwordsIn(env)]
      expect(known.filter((secret) => log.includes(secret))).toEqual([])
      expect([ready.status, called.status]).toEqual([kind === 'gateway' ? 200 : 503, expect.any(Number)])
      expect(ready.text.replaceAll('PostgreSQL', '')).not.toMatch(INSIDE)
      expect(JSON.parse(health.text).status).toBe('degraded')
      expect(health.text.replaceAll(/"PostgreSQL"|"it fails with \w+"/g, '')).not.toMatch(INSIDE)
      expect(called.text).not.toMatch(INSIDE)
    })
  })
})

/** Errors of every kind that a caller can cause, with tokens that are good and bad. */
async function trouble({ url }: TestProcess, kind: ProcessName) {
  const context = createContext({ baseUrl: url, secret: testSecret })
  const [customer, admin] = [newCustomer(context), newAdmin(context)]
  const tokens = [customer.token, admin.token, `${customer.token.slice(0, -4)}AAAA`]
  const answers: string[] = []
  const path = guardedPath(kind)
  for (const token of tokens) {
    for (const body of [undefined, '{', '{}', '[]', '{"__proto__":1}', '"x"', 'x'.repeat(70_000)]) {
      const headers = { 'idempotency-key': newKey(), 'content-type': 'application/json' }
      answers.push((await send(context, 'POST', path, { token, headers, body })).text)
    }
    answers.push((await send(context, 'GET', '/nowhere', { token })).text)
    answers.push((await send(context, 'GET', '/orders/%00', { token })).text)
    answers.push((await send(context, 'GET', '/products?limit=x', { token })).text)
    answers.push(await sendBytes(context, `GET / HTTP/9\r\nAuthorization: Bearer ${token}\r\n\r\n`))
    answers.push((await send(context, 'POST', path, { headers: { cookie: `t=${token}` } })).text)
    answers.push((await send(context, 'GET', `/nowhere?access_token=${token}`)).text)
    answers.push((await send(context, 'POST', `${path}?token=${token}`)).text)
  }
  return { secrets: [...tokens, ...tokens.map((it) => it.split('.')[2]!)], answers }
}
