import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { request } from 'undici'
import type { ProcessName } from '../../stacks/stack.ts'
import type { Fault, FaultContext, LinkName } from '../fault.ts'

// Those that a stack does not have do nothing.
const LINKS: LinkName[] = [
  'monolith-postgres',
  'orders-postgres',
  'inventory-postgres',
  'orders-rabbitmq',
  'inventory-rabbitmq',
]
/** What a process must say is missing while its dependencies are away: what it cannot work without, and all of it. */
const MISSING: Record<ProcessName, { ready: string[]; health: string[] }> = {
  monolith: { ready: ['PostgreSQL'], health: ['PostgreSQL'] },
  gateway: { ready: [], health: ['orders', 'inventory'] },
  orders: { ready: ['PostgreSQL'], health: ['PostgreSQL', 'RabbitMQ'] },
  inventory: { ready: ['PostgreSQL'], health: ['PostgreSQL', 'RabbitMQ'] },
}
const LISTENS_WITHIN_MS = 15_000
const LOOK_AGAIN_MS = 50
const FLAPS = 6
const FLAP_MS = { least: 50, drawn: 300 }
const SHORT_LOAD = { durationMs: 2_000 }

/** What happens while a stack starts. */
export const startFaults: Fault[] = [
  {
    name: 'start-dependencies-late',
    title: 'started before PostgreSQL and RabbitMQ can be reached',
    stacks: ['monolith', 'services'],
    setup: { links: LINKS, load: SHORT_LOAD },
    async start(context) {
      cutAll(context)
      await startAll(context)
      await checkReadiness(context)
      healAll(context)
      context.note('the dependencies are there')
    },
  },
  {
    name: 'start-dependencies-flap',
    title: 'started while PostgreSQL and RabbitMQ come and go',
    stacks: ['monolith', 'services'],
    setup: { links: LINKS, load: SHORT_LOAD },
    async start(context) {
      cutAll(context)
      await startAll(context)
      for (let i = 0; i < FLAPS; i++) {
        healAll(context)
        await delay(FLAP_MS.least + context.random() * FLAP_MS.drawn)
        cutAll(context)
        await delay(FLAP_MS.least + context.random() * FLAP_MS.drawn)
      }
      healAll(context)
      context.note('the dependencies stay')
    },
  },
  {
    name: 'start-hostile-defaults',
    title: "started on databases whose defaults are another's: date style, isolation, time zone, quoting",
    stacks: ['monolith', 'services'],
    expect: { noFailedRequest: true },
    async start(context) {
      await changeDefaults(context)
      await startAll(context)
    },
  },
  {
    name: 'start-in-any-order',
    title: 'started one by one in an order that is drawn',
    stacks: ['services'],
    setup: { replicas: { orders: 2, inventory: 2 }, load: SHORT_LOAD },
    async start({ stack, random, note }) {
      const places = stack.planned.map(({ name }) => ({ name, place: random() }))
      for (const { name } of places.sort((a, b) => a.place - b.place)) {
        await stack.control.start(name)
        note(`${name} was started`)
        await delay(random() * 500)
      }
    },
  },
]

/** As somebody's server may have them: none of these is wrong. */
const DEFAULTS = {
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Pacific/Kiritimati',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  bytea_output: 'escape',
  extra_float_digits: '0',
  lc_numeric: 'C',
  xmloption: 'document',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  jit: 'on',
  synchronous_commit: 'local',
  row_security: 'off',
}

async function changeDefaults({ stack: { databases }, infra }: FaultContext) {
  const admin = new pg.Client({ connectionString: infra.postgresUrl })
  await admin.connect()
  try {
    for (const url of Object.values(databases) as string[]) {
      const name = pg.escapeIdentifier(new URL(url).pathname.slice(1))
      for (const [setting, value] of Object.entries(DEFAULTS))
        await admin.query(`alter database ${name} set ${setting} = ${pg.escapeLiteral(value)}`)
    }
  } finally {
    await admin.end()
  }
}

function cutAll({ links }: FaultContext) {
  for (const name of LINKS) links[name].cut()
}

function healAll({ links }: FaultContext) {
  for (const name of LINKS) links[name].heal()
}

async function startAll({ stack }: FaultContext) {
  await Promise.all(stack.planned.map(({ name }) => stack.control.start(name)))
}

/** Every process listens, lives, and says what it misses. */
async function checkReadiness({ stack, violation }: FaultContext) {
  for (const { name, kind, url } of stack.planned) {
    const { ready, health } = MISSING[kind]
    const readiness = await untilAnswered(`${url}/health/ready`)
    const said = readiness.body.detail ?? ''
    const isRight =
      readiness.status === (ready.length > 0 ? 503 : 200) && ready.every((it) => said.includes(it))
    if (!isRight) violation(`readiness says what is missing: ${name} answered ${readiness.status} ${said}`)
    const { checks = {} } = (await untilAnswered(`${url}/health`)).body
    const missing = Object.keys(checks).filter((it) => checks[it]!.status === 'missing')
    if (!health.every((it) => missing.includes(it)))
      violation(`health says what is missing: ${name} named ${missing.join(', ') || 'nothing'}`)
    const live = await untilAnswered(`${url}/health/live`)
    if (live.status !== 200)
      violation(`a process lives without its dependencies: ${name} answered ${live.status}`)
  }
}

type Body = { detail?: string; checks?: Record<string, { status: string }> }

async function untilAnswered(url: string): Promise<{ status: number; body: Body }> {
  const deadline = Date.now() + LISTENS_WITHIN_MS
  for (;;) {
    try {
      const { statusCode, body } = await request(url, { reset: true, signal: AbortSignal.timeout(5_000) })
      return { status: statusCode, body: (await body.json()) as Body }
    } catch (error) {
      if (Date.now() > deadline)
        return { status: 0, body: { detail: `no answer: ${(error as Error).message}` } }
      await delay(LOOK_AGAIN_MS)
    }
  }
}
