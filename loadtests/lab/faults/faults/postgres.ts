import { writeFile } from 'node:fs/promises'
import pg from 'pg'
import { UserError } from '../../infra/user-error.ts'
import type { StackName } from '../../stacks/stack.ts'
import type { Fault, FaultContext } from '../fault.ts'

const BOTH: StackName[] = ['monolith', 'services']
/** How often backends are looked for, and for how long, in milliseconds. */
const LOOK_EVERY_MS = 5
const TERMINATE_FOR_MS = 1_500

/** The backends that are ended, by what they are doing. */
const STATES = [
  ['idle', 'idle'],
  ['active', 'running a statement'],
  ['idle in transaction', 'idle in a transaction'],
] as const

/** What happens to PostgreSQL itself. */
export const postgresFaults: Fault[] = [
  {
    name: 'postgres-restarted',
    title: 'PostgreSQL restarted (fast shutdown)',
    stacks: BOTH,
    setup: { ownInfra: true },
    holds: ['postgres'],
    async inject(context) {
      const outage = postgresOf(context)
      await outage.stop()
      return () => outage.start()
    },
  },
  {
    name: 'postgres-killed',
    title: 'PostgreSQL killed (SIGKILL), recovers from its log',
    stacks: BOTH,
    setup: { ownInfra: true },
    holds: ['postgres'],
    async inject(context) {
      const outage = postgresOf(context)
      await outage.kill()
      return () => outage.start()
    },
  },
  {
    name: 'postgres-standby',
    title: 'PostgreSQL comes back as a standby, which only reads, and is promoted later',
    stacks: BOTH,
    setup: { ownInfra: true, load: { durationMs: 9_000, deadlineMs: 30_000 } },
    holds: ['postgres'],
    lastsMs: 6_000,
    async inject(context) {
      const outage = postgresOf(context)
      const { infra } = context
      await outage.stop()
      await writeFile(`${infra.dir}/postgres/standby.signal`, '')
      await outage.start()
      return () => promote(infra.postgresUrl)
    },
  },
  ...STATES.map(
    ([state, title]): Fault => ({
      name: `backends-${state.replaceAll(' ', '-')}`,
      title: `backends terminated while ${title}`,
      stacks: BOTH,
      holds: ['backends'],
      needs: ['postgres'],
      async inject({ stack, infra, note, ineffective }) {
        const ended = await terminate(infra.postgresUrl, namesOf(stack.databases), state)
        note(`${ended} backends ended`)
        if (ended === 0) ineffective(`no backend was found ${state}`)
        return undefined
      },
    }),
  ),
]

async function promote(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  admin.on('error', () => {})
  await admin.connect()
  try {
    await admin.query('select pg_promote()')
  } finally {
    await admin.end()
  }
}

function postgresOf({ infra }: FaultContext) {
  if (infra.outages.postgres) return infra.outages.postgres
  throw new UserError('This fault needs a PostgreSQL that the lab may kill: unset POSTGRES_URL.')
}

const namesOf = (databases: object) =>
  Object.values(databases).map((url: string) => new URL(url).pathname.slice(1))

/**
 * Ends backends of the shop's processes in a state, again and again for a while, since most are in it for moments only.
 * @returns how many were ended
 */
async function terminate(adminUrl: string, databases: string[], state: string): Promise<number> {
  const admin = new pg.Client({ connectionString: adminUrl })
  admin.on('error', () => {})
  await admin.connect()
  try {
    const until = Date.now() + TERMINATE_FOR_MS
    let ended = 0
    while (Date.now() < until) {
      const { rows } = await admin.query<{ pid: number }>({
        name: 'terminate',
        text: `select pg_terminate_backend(pid), pid from pg_stat_activity
               where datname = any($1) and state = $2 and application_name not in ('watch', 'audit', 'lab')`,
        values: [databases, state],
      })
      ended += rows.length
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    return ended
  } finally {
    await admin.end()
  }
}
