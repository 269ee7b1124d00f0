import type { ListrTask } from 'listr2'
import { type AuditResult, auditStack } from '../audit/audit-stack.ts'
import { defaultOptions } from '../capacity/options.ts'
import { rateText } from '../capacity/report/figures.ts'
import { runTasks, tellDetail } from '../cli/progress.ts'
import { postgresVersion, rabbitmqVersion } from '../compare/versions.ts'
import type { StackName } from '../stacks/stack.ts'
import { splitCores } from './cores.ts'
import { type Loaded, startLoaded } from './loaded.ts'
import { type BareLoad, compareWithCapacity, findCapacity, giveCapacity, measureLoad } from './measure.ts'
import type { Options } from './options.ts'
import type { Cores, StackOverload } from './result.ts'
import { faultsOf } from './verdict.ts'

export type Outcome = {
  stacks: StackOverload[]
  cores: Cores
  versions: { postgresql: string; rabbitmq: string }
}

/** What is known of one stack so far. */
type State = { loaded?: Loaded; capacity?: StackOverload['capacity']; loads: BareLoad[]; audit?: AuditResult }

/**
 * Overloads one stack after the other, each on servers of its own, and shows its progress.
 * @throws UserError when something does not start
 */
export async function runOverload(options: Options): Promise<Outcome> {
  const cores = await splitCores()
  const outcome: Outcome = { stacks: [], cores, versions: { postgresql: '', rabbitmq: '' } }
  for (const name of options.stacks) outcome.stacks.push(await runOne(name, options, outcome))
  return outcome
}

async function runOne(
  name: StackName,
  options: Options,
  { cores, versions }: Outcome,
): Promise<StackOverload> {
  const state: State = { loads: [] }
  let complaints: string[] = []
  try {
    await runTasks({}, tasksOf(name, options, cores, state))
    const { postgresUrl, amqpUrl } = state.loaded!.infra
    versions.postgresql = await postgresVersion(postgresUrl)
    versions.rabbitmq = await rabbitmqVersion(amqpUrl)
  } finally {
    complaints = (await state.loaded?.stop()) ?? []
  }
  const [capacity, audit] = [state.capacity!, state.audit!]
  const loads = compareWithCapacity(state.loads, capacity.perSecond)
  return { stack: name, capacity, loads, audit, faults: faultsOf({ loads, audit }, complaints) }
}

function tasksOf(name: StackName, options: Options, cores: Cores, state: State): ListrTask[] {
  const { factors, seconds, seed, rate } = options
  return [
    {
      title: `Start the ${name} on fresh servers`,
      task: async () => {
        state.loaded = await startLoaded(name, seed, cores)
      },
    },
    {
      title: rate === undefined ? `Find the capacity of the ${name}: about two minutes` : 'Warm up',
      task: async (_, task) => {
        const say = (what: string) => tellDetail(task, what)
        state.capacity =
          rate === undefined
            ? await findCapacity(state.loaded!, { ...defaultOptions(true), seed }, cores, say)
            : await giveCapacity(state.loaded!, rate)
        task.title = `Capacity of the ${name}: ${rateText(state.capacity.perSecond)} orders a second`
      },
    },
    ...factors.map((factor) => ({
      title: `Load the ${name} at ${factor} times its capacity, ${seconds} s`,
      task: async () => {
        state.loads.push(await measureLoad(state.loaded!, state.capacity!.perSecond, factor, seconds))
      },
    })),
    {
      title: 'Audit what must always hold',
      task: async () => {
        const { stack, counts } = state.loaded!
        state.audit = await auditStack(stack.databases, stack.amqp, { counts })
      },
    },
  ]
}
