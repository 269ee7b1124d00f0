import { randomBytes } from 'node:crypto'
import type { ListrTask } from 'listr2'
import { runTasks, showDetail } from '../cli/progress.ts'
import { postgresVersion, rabbitmqVersion } from '../compare/versions.ts'
import { type Infra, startInfra } from '../infra/infra.ts'
import type { StackName } from '../stacks/stack.ts'
import type { Fault } from './fault.ts'
import type { RunResult } from './result.ts'
import { runFault } from './run/run-fault.ts'

/** One run to be. */
export type PlannedRun = { fault: Fault; stack: StackName; seed: number }

export type AllRuns = { runs: RunResult[]; versions: { postgresql: string; rabbitmq: string } }

/**
 * Makes the runs, so many at a time, with progress. Those that leave PostgreSQL and RabbitMQ alone share them.
 * @param dir where histories and logs go, an existing directory
 * @param tell what is shown of a run that has ended
 * @returns the results, in the order of the plan
 * @throws UserError when something does not start
 */
export async function runAll(
  planned: PlannedRun[],
  jobs: number,
  dir: string,
  tell: (run: RunResult) => string,
): Promise<AllRuns> {
  const secret = randomBytes(32).toString('hex')
  const runs: RunResult[] = []
  let versions: AllRuns['versions'] | undefined
  let shared: Infra | undefined
  const tasks = planned.map(
    ({ fault, stack, seed }, place): ListrTask => ({
      title: `${fault.title}: ${stack}, seed ${seed}`,
      task: async (_, task) => {
        const say = (what: string) => showDetail(task, what)
        const run = (infra: Infra) => runFault(fault, { stack, seed, infra, secret, dir, say })
        const result = fault.setup?.ownInfra ? await withOwnInfra(run) : await run(shared!)
        runs[place] = result
        task.title = `${task.title}: ${tell(result)}`
      },
    }),
  )
  try {
    await runTasks({}, [
      {
        title: 'Start PostgreSQL and RabbitMQ',
        task: async () => {
          shared = await startInfra()
          await shared.ready
          versions = {
            postgresql: await postgresVersion(shared.postgresUrl),
            rabbitmq: await rabbitmqVersion(shared.amqpUrl),
          }
        },
      },
      {
        title: `${planned.length} runs`,
        task: (_, list) => list.newListr(tasks, { concurrent: jobs }),
      },
    ])
  } finally {
    await shared?.stop()
  }
  return { runs, versions: versions! }
}

async function withOwnInfra<T>(work: (infra: Infra) => Promise<T>): Promise<T> {
  const infra = await startInfra()
  try {
    await infra.ready
    return await work(infra)
  } finally {
    await infra.stop()
  }
}
