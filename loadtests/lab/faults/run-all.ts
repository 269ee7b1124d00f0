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
 * Makes the runs, so many at a time, with progress. Those that leave PostgreSQL and RabbitMQ alone share them. Those in which not
 * every request may fail come last and one by one: a process that gets no CPU from the others of this command refuses, and should.
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
  const taskOf = ({ fault, stack, seed }: PlannedRun, place: number): ListrTask => ({
    title: `${fault.title}: ${stack}, seed ${seed}`,
    task: async (_, task) => {
      const say = (what: string) => showDetail(task, what)
      const run = (infra: Infra) => runFault(fault, { stack, seed, infra, secret, dir, say })
      const result = fault.setup?.ownInfra ? await withOwnInfra(run) : await run(shared!)
      runs[place] = result
      task.title = `${task.title}: ${tell(result)}`
    },
  })
  const tasksOf = (isAlone: boolean) =>
    planned.flatMap((run, place) => (mayFail(run.fault) !== isAlone ? [taskOf(run, place)] : []))
  const [together, alone] = [tasksOf(false), tasksOf(true)]
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
        title: `${together.length} runs, ${jobs} at a time`,
        skip: () => together.length === 0,
        task: (_, list) => list.newListr(together, { concurrent: jobs }),
      },
      {
        title: `${alone.length} runs in which some or all requests must not fail, one at a time`,
        skip: () => alone.length === 0,
        task: (_, list) => list.newListr(alone),
      },
    ])
  } finally {
    await shared?.stop()
  }
  return { runs, versions: versions! }
}

/** Whether requests may fail whatever they are. */
const mayFail = ({ expect = {} }: Fault) =>
  !expect.noFailedRequest && !expect.goesOn?.length && !expect.staysReady?.length

/** Starts PostgreSQL and RabbitMQ for this work alone. */
export async function withOwnInfra<T>(work: (infra: Infra) => Promise<T>): Promise<T> {
  const infra = await startInfra()
  try {
    await infra.ready
    return await work(infra)
  } finally {
    await infra.stop()
  }
}
