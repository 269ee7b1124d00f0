import type { ListrTask } from 'listr2'
import { planBudget } from '../budget/budget.ts'
import { runTasks, showDetail } from '../cli/progress.ts'
import { postgresVersion, rabbitmqVersion } from '../compare/versions.ts'
import type { StackName } from '../stacks/stack.ts'
import { type Bench, startBench } from './bench.ts'
import { type Cost, measureCost } from './cost.ts'
import type { Options } from './options.ts'
import { type StackTrace, traceBench } from './round.ts'

export type Outcome = {
  traces: StackTrace[]
  costs: Cost[]
  /** How CPU was shared out, a sentence. */
  budget: string
  versions: { postgresql: string; rabbitmq: string }
}

/**
 * Follows orders through one stack after the other, each on servers of its own, and shows its progress.
 * @throws UserError when something does not start
 */
export async function runTrace(options: Options): Promise<Outcome> {
  const budget = await planBudget('fair')
  const outcome: Outcome = {
    traces: [],
    costs: [],
    budget: budget.how,
    versions: { postgresql: '', rabbitmq: '' },
  }
  const start = (name: StackName) =>
    startBench(name, { seed: options.seed, budget, withPlain: options.pairs > 0 })
  for (const name of options.stacks) await runTasks({}, tasksOf(name, options, start, outcome))
  return outcome
}

function tasksOf(
  name: StackName,
  { rate, seconds, costSeconds, pairs, seed }: Options,
  start: (name: StackName) => Promise<Bench>,
  outcome: Outcome,
): ListrTask[] {
  let bench: Bench
  return [
    {
      title: `Start the ${name}, ${pairs > 0 ? 'with and without' : 'with'} spans`,
      task: async () => {
        bench = await start(name)
      },
    },
    {
      title: `Measure what tracing costs the ${name}: ${pairs} pairs of rounds of ${costSeconds} s`,
      enabled: pairs > 0,
      task: async (_, task) => {
        const say = (what: string) => showDetail(task, what)
        const cost = measureCost(bench, { rate, seconds: costSeconds, seed, pairs }, say)
        outcome.costs.push(await stoppingOnError(cost, bench))
      },
    },
    {
      title: `Follow orders through the ${name}, ${seconds} s`,
      task: async () => {
        outcome.versions = await stoppingOnError(versionsOf(bench), bench)
        outcome.traces.push(await traceBench(bench, { rate, seconds, seed }))
      },
    },
  ]
}

const versionsOf = async ({ infra }: Bench): Promise<Outcome['versions']> => ({
  postgresql: await postgresVersion(infra.postgresUrl),
  rabbitmq: await rabbitmqVersion(infra.amqpUrl),
})

async function stoppingOnError<T>(work: Promise<T>, bench: Bench): Promise<T> {
  try {
    return await work
  } catch (error) {
    await bench.stop()
    throw error
  }
}
