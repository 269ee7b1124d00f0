import { signToken } from '@shop/shared/runtime/auth.ts'
import type { ListrTask } from 'listr2'
import type { AuditResult } from '../audit/audit-stack.ts'
import { type Budget, pinGroups, planBudget } from '../budget/budget.ts'
import { runTasks, tellDetail } from '../cli/progress.ts'
import { armsOf } from '../compare/arms.ts'
import type { Backend } from '../compare/backend.ts'
import { startLocal } from '../compare/backend-local.ts'
import { CATALOGUE } from '../compare/session.ts'
import { joined, timeText } from '../report/format.ts'
import { seedCatalogue } from '../seed.ts'
import { type Capacity, measureCapacity } from './measure.ts'
import { type Options, searchOf } from './options.ts'
import { countsOf } from './probe.ts'

/** What a run measured and checked. */
export type Outcome = {
  capacities: Capacity[]
  audits: AuditResult[]
  budget: Budget
  versions: Backend['versions']
  complaints: string[]
  /** Whether the search was ended before it was over. */
  endedByHand: boolean
}

/** From the start on. The pass that is under way then is finished, and a rate that holds is sought on. */
const ADD_RATES_FOR_SECONDS = { full: 400, quick: 90 }

/**
 * Starts the stacks side by side, measures their capacities, audits them and stops them, and shows its progress.
 * @param isEnded whether somebody wants the search to end: what is known by then is what there is
 * @throws UserError when something does not start, or the processor budget is not kept
 */
export async function runCapacity(options: Options, isEnded = () => false): Promise<Outcome> {
  const { stacks, quick, seed } = options
  const within = ADD_RATES_FOR_SECONDS[quick ? 'quick' : 'full']
  const deadline = Date.now() + within * 1000
  const audits: AuditResult[] = []
  let backend: Backend | undefined
  let budget: Budget | undefined
  let capacities: Capacity[] = []
  let complaints: string[] = []
  let endedByHand = false
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
        const search = { ...searchOf(options), secret, dir, laboratory, budget: budget!, deadline, isEnded }
        capacities = await measureCapacity(targets(), search, (what) => tellDetail(task, what))
        endedByHand = isEnded()
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
  return { capacities, audits, budget: budget!, versions: backend!.versions, complaints, endedByHand }
}

async function seedStack(url: string, secret: string, seed: number) {
  const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '1h')
  await seedCatalogue(url, token, { ...CATALOGUE, seed })
}
