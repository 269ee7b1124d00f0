import { signToken } from '@shop/shared/runtime/auth.ts'
import type { ListrTask } from 'listr2'
import type { AuditResult } from '../audit/audit-stack.ts'
import { type Budget, pinGroups, planBudget } from '../budget/budget.ts'
import { runTasks, showDetail } from '../cli/progress.ts'
import { joined, timeText } from '../report/format.ts'
import { seedCatalogue } from '../seed.ts'
import type { Backend, StartBackend, Target } from './backend.ts'
import { describeFairness } from './fairness.ts'
import { addCounts, type Measured, measureTurn, type OrderCounts, warmUpOnce } from './measure.ts'
import type { Options } from './options.ts'
import { planBlock } from './plan.ts'
import type { Fairness } from './result.ts'
import { countedRounds } from './verdict.ts'

/** Enough of each product that none sells out. */
export const CATALOGUE = { products: 400, stockEach: 1_000_000 }
/** Blocks in place of those that are void, as a share of the blocks that were asked for. */
const SPARE_BLOCKS = 0.5
/** k6 takes about a second to start and to end, and it is started twice. */
const AROUND_SECONDS = 4

/** What a comparison measured and checked. */
export type Outcome = {
  backend: Backend
  measured: Measured[]
  audit: AuditResult[]
  fairness: Fairness
  complaints: string[]
}

/**
 * Starts the stacks, loads them block by block, audits them and stops them, and shows its progress. A block with a void round
 * is kept, and measured anew at the end.
 * @throws UserError when something does not start
 */
export async function runComparison(options: Options, start: StartBackend): Promise<Outcome> {
  const measured: Measured[] = []
  const warmedUp = new Map<string, OrderCounts>()
  const audit: AuditResult[] = []
  let backend: Backend | undefined
  let budget: Budget | undefined
  let fairness: Fairness | undefined
  let complaints: string[] = []
  const targets = () => backend!.targets
  const counted = () => countedRounds(measured.map(({ round }) => round)).blocks.counted

  const block = (number: number): ListrTask => ({
    title: `Block ${number} of ${options.rounds}${number > options.rounds ? ', in place of one that is void' : ''}`,
    skip: () => number > options.rounds && counted() >= options.rounds,
    task: async (_, task) => {
      for (const turn of planBlock(options.stacks, number, options.seed)) {
        const target = targets().find(({ name }) => name === turn.stack)!
        const arm = turn.isControl ? `${turn.stack} once more` : turn.stack
        const say = (what: string) => showDetail(task, `${arm}: ${what}`)
        measured.push(await measureTurn({ backend: backend!, target, budget: budget!, options }, turn, say))
      }
      const reasons = measured
        .filter(({ round }) => round.round === number)
        .flatMap(({ round }) => round.void)
      if (reasons.length > 0) task.title += `: void, ${reasons[0]}`
    },
  })
  const blocks = options.rounds + Math.ceil(options.rounds * SPARE_BLOCKS)
  const tasks: ListrTask[] = [
    {
      title: `Start ${joined(options.stacks)} on fresh databases`,
      task: async () => {
        backend = await start(options.stacks, options.budget)
        budget = await planBudget(options.budget)
        for (const { shares } of targets()) if (shares) await pinGroups(budget, shares)
        fairness = await describeFairness(backend, budget)
      },
    },
    {
      title: `Seed ${CATALOGUE.products} products`,
      task: () => Promise.all(targets().map((target) => seed(backend!, target, options.seed))),
    },
    {
      title: `Warm up each stack, ${options.duration} s`,
      task: async () => {
        for (const target of targets()) {
          const bench = { backend: backend!, target, budget: budget!, options }
          warmedUp.set(target.name, await warmUpOnce(bench))
        }
      },
    },
    {
      title: `Measure, one stack under load at a time: about ${timeText(secondsOf(options))}`,
      task: (_, list) => list.newListr(Array.from({ length: blocks }, (_, i) => block(i + 1))),
    },
    {
      title: 'Audit what must always hold',
      task: async () => {
        for (const target of targets()) {
          const own = measured.filter(({ round }) => round.stack === target.name)
          const counts = own.map(({ orders }) => orders).reduce(addCounts, warmedUp.get(target.name)!)
          audit.push(await target.audit(counts))
        }
      },
    },
  ]
  try {
    await runTasks({}, tasks)
  } finally {
    complaints = (await backend?.stop()) ?? []
  }
  return { backend: backend!, measured, audit, fairness: fairness!, complaints }
}

const secondsOf = ({ rounds, stacks, warmUp, duration, seed }: Options) =>
  rounds * planBlock(stacks, 1, seed).length * (warmUp + duration + AROUND_SECONDS)

async function seed(backend: Backend, { url }: Target, seed: number) {
  const token = await signToken(backend.secret, { sub: 'seed', role: 'admin' }, '1h')
  await seedCatalogue(url, token, { ...CATALOGUE, seed })
}
