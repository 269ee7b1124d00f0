import { signToken } from '@shop/shared/runtime/auth.ts'
import type { ListrTask } from 'listr2'
import type { AuditResult } from '../audit/audit-stack.ts'
import { type Budget, pinGroups, planBudget } from '../budget/budget.ts'
import { runTasks, showDetail } from '../cli/progress.ts'
import { armsOf } from '../compare/arms.ts'
import type { Backend } from '../compare/backend.ts'
import { startLocal } from '../compare/backend-local.ts'
import { CATALOGUE } from '../compare/run.ts'
import { joined, timeText } from '../report/format.ts'
import { seedCatalogue } from '../seed.ts'
import { type Capacity, measureCapacity } from './measure.ts'
import type { Options } from './options.ts'
import type { Probe } from './probe.ts'

/** What a run measured and checked. */
export type Outcome = {
  capacities: Capacity[]
  audits: AuditResult[]
  budget: Budget
  versions: Backend['versions']
  complaints: string[]
}

/** The least rate that is tried: below it, the slowest of a handful of orders would decide. */
const LEAST = 10
/** From the start on. The pass that is under way then is finished. */
const ADD_RATES_FOR_SECONDS = { full: 400, quick: 90 }

/**
 * Starts the stacks side by side, measures their capacities, audits them and stops them, and shows its progress.
 * @throws UserError when something does not start
 */
export async function runCapacity(options: Options): Promise<Outcome> {
  const { stacks, quick, seed } = options
  const within = ADD_RATES_FOR_SECONDS[quick ? 'quick' : 'full']
  const deadline = Date.now() + within * 1000
  const audits: AuditResult[] = []
  let backend: Backend | undefined
  let budget: Budget | undefined
  let capacities: Capacity[] = []
  let complaints: string[] = []
  const targets = () => backend!.targets

  const tasks: ListrTask[] = [
    {
      title: `Start ${joined(stacks)} on fresh databases, with ${CATALOGUE.products} products`,
      task: async () => {
        backend = await startLocal(armsOf(stacks), options.budget)
        budget = await planBudget(options.budget)
        for (const { shares } of targets()) if (shares) await pinGroups(budget, shares)
        await Promise.all(targets().map(({ url }) => seedStack(url, backend!.secret, seed)))
      },
    },
    {
      title: `Search, one stack under load at a time: about ${timeText(within)}`,
      task: async (_, task) => {
        const { secret, dir, laboratory } = backend!
        const { objective, seconds, repeats, halvings, from, most, tolerate } = options
        const limits = { first: from, least: Math.min(LEAST, from), most, halvings }
        const load = { secret, dir, laboratory, objective, seconds, seed, tolerate, budget: budget! }
        const say = (what: string) => tell(task, what)
        capacities = await measureCapacity(targets(), { ...load, limits, repeats, deadline }, say)
      },
    },
    {
      title: 'Audit what must always hold',
      task: async () => {
        for (const [i, target] of targets().entries())
          audits.push(await target.audit(countsOf(capacities[i]!.probes)))
      },
    },
  ]
  try {
    await runTasks({}, tasks)
  } finally {
    complaints = (await backend?.stop()) ?? []
  }
  return { capacities, audits, budget: budget!, versions: backend!.versions, complaints }
}

async function seedStack(url: string, secret: string, seed: number) {
  const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '1h')
  await seedCatalogue(url, token, { ...CATALOGUE, seed })
}

/** Any request that failed may have been an order. */
const countsOf = (probes: Probe[]) => ({
  answered: probes.reduce((sum, { answered }) => sum + answered, 0),
  lost: probes.reduce((sum, { failedRequests }) => sum + failedRequests, 0),
})

/** A line for each probe where there is no terminal on which one could replace the other. */
function tell(task: { output: string }, what: string) {
  if (process.stdout.isTTY) return showDetail(task, what)
  console.error(`  ${what}`)
}
