import { createServer } from 'node:net'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import type { ProcessPlan } from '../loadtests/lab/stacks/plan.ts'
import { startProcess } from './support/process.ts'
import { testSecret } from './support/stack.ts'

const database = { DATABASE_URL: 'postgres://shop:hunter2@127.0.0.1:1/shop' }
const broker = { AMQP_URL: 'amqp://shop:hunter2@127.0.0.1:1' }
const upstreams = { ORDERS_URLS: 'http://127.0.0.1:1', INVENTORY_URLS: 'http://127.0.0.1:1' }

/** What each process must be told beside AUTH_SECRET. */
const needs: Record<string, Record<string, string>> = {
  monolith: database,
  gateway: upstreams,
  orders: { ...database, ...broker, INVENTORY_URLS: upstreams.INVENTORY_URLS },
  inventory: { ...database, ...broker },
}
const names = Object.keys(needs)

async function planOf(name: string, env: Record<string, string>): Promise<ProcessPlan> {
  const port = await freePort()
  const entry = name === 'monolith' ? 'monolith/src/main.ts' : `services/${name}/src/main.ts`
  // An empty variable counts as absent: whatever the shell of whoever runs the tests has set.
  const absent = {
    AUTH_SECRET: '',
    DATABASE_URL: '',
    MIGRATION_DATABASE_URL: '',
    AMQP_URL: '',
    ORDERS_URLS: '',
    INVENTORY_URLS: '',
  }
  const own = { PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'info', AMQP_NAMESPACE: 'shop' }
  return { name, entry, url: `http://127.0.0.1:${port}`, env: { ...absent, ...own, ...env } }
}

const namedIn = (lines: string[]) => lines.flatMap((line) => /^ {2}([A-Z_]+):/.exec(line)?.[1] ?? []).sort()

describe.each(names)('%s', (name) => {
  it('without its configuration names all that is missing at once, and ends with 2', async () => {
    const process = startProcess(await planOf(name, {}))
    expect(await process.ended).toBe(2)
    expect(namedIn(process.lines)).toEqual([...Object.keys(needs[name]!), 'AUTH_SECRET'].sort())
    expect(process.lines.join('\n')).not.toMatch(/^\s+at /m)
  })

  it('with a wrong configuration names all that is wrong at once, repeats no secret, and ends with 2', async () => {
    const wrong = Object.fromEntries(
      Object.keys(needs[name]!).map((variable) => [variable, 'hunter2 is wrong']),
    )
    const more = { AUTH_SECRET: 'hunter2', PORT: '99999', LOG_LEVEL: 'loud' }
    const process = startProcess(await planOf(name, { ...wrong, ...more }))
    expect(await process.ended).toBe(2)
    expect(namedIn(process.lines)).toEqual([...Object.keys(wrong), ...Object.keys(more)].sort())
    expect(process.lines.join('\n')).not.toContain('hunter2')
  })

  it('whose port is taken says so in one line, and ends with 2', async () => {
    const plan = await planOf(name, { ...needs[name], AUTH_SECRET: testSecret, LOG_LEVEL: 'silent' })
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(Number(plan.env.PORT), '127.0.0.1', resolve))
    try {
      const process = startProcess(plan)
      expect(await process.ended).toBe(2)
      expect(process.lines).toEqual([expect.stringContaining(`Port ${plan.env.PORT} is taken`)])
    } finally {
      taken.close()
    }
  })
})
