import { signToken } from '@shop/shared/runtime/auth.ts'
import type { ListrTask } from 'listr2'
import type { AuditResult } from '../audit/audit-stack.ts'
import { runTasks, showDetail } from '../cli/progress.ts'
import { joined, timeText } from '../report/format.ts'
import { seedCatalogue } from '../seed.ts'
import type { Backend, StartBackend, Target } from './backend.ts'
import { addCounts, type Measured, measureTurn, type OrderCounts } from './measure.ts'
import type { Options } from './options.ts'
import { planTurns } from './plan.ts'

/** Enough of each product that none sells out. */
export const CATALOGUE = { products: 400, stockEach: 1_000_000 }

/** What a comparison measured and checked. */
export type Outcome = { backend: Backend; measured: Measured[]; audit: AuditResult[]; complaints: string[] }

/**
 * Starts the stacks, loads them turn by turn, audits them and stops them, and shows its progress.
 * @throws UserError when something does not start
 */
export async function runComparison(options: Options, start: StartBackend): Promise<Outcome> {
  const measured: Measured[] = []
  const audit: AuditResult[] = []
  let backend: Backend | undefined
  let complaints: string[] = []
  const targets = () => backend!.targets

  const tasks: ListrTask[] = [
    {
      title: `Start ${joined(options.stacks)} on fresh databases`,
      task: async () => {
        backend = await start(options.stacks)
      },
    },
    {
      title: `Seed ${CATALOGUE.products} products`,
      task: () => Promise.all(targets().map((target) => seed(backend!, target, options.seed))),
    },
    {
      title: `Measure, one stack under load at a time: about ${timeText(secondsOf(options))}`,
      task: (_, list) =>
        list.newListr(
          planTurns(options.stacks, options.rounds, options.seed).map((turn) => ({
            title: `Round ${turn.round} of ${options.rounds}: ${turn.stack}`,
            task: async (_, task) => {
              const target = targets().find(({ name }) => name === turn.stack)!
              const say = (what: string) => showDetail(task, what)
              measured.push(await measureTurn(backend!, target, turn, options, say))
            },
          })),
        ),
    },
    {
      title: 'Audit what must always hold',
      task: async () => {
        for (const target of targets()) audit.push(await target.audit(countsOf(target, measured)))
      },
    },
  ]
  try {
    await runTasks({}, tasks)
  } finally {
    complaints = (await backend?.stop()) ?? []
  }
  return { backend: backend!, measured, audit, complaints }
}

/** k6 takes about a second to start and to end. */
const secondsOf = ({ rounds, stacks, warmUp, duration }: Options) =>
  rounds * stacks.length * (warmUp + duration + 2)

async function seed(backend: Backend, { url }: Target, seed: number) {
  const token = await signToken(backend.secret, { sub: 'seed', role: 'admin' }, '1h')
  await seedCatalogue(url, token, { ...CATALOGUE, seed })
}

function countsOf({ name }: Target, measured: Measured[]): OrderCounts {
  const own = measured.filter(({ round }) => round.stack === name)
  return own.map(({ orders }) => orders).reduce(addCounts, { answered: 0, lost: 0 })
}
