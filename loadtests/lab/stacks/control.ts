import { once } from 'node:events'
import { hasExited } from '../infra/leash.ts'
import { logToFile, logToSink } from './log.ts'
import type { StackPlan } from './plan.ts'
import { launch, type Running, stopProcess, untilComplete } from './process.ts'
import type { StackControl, StackOptions } from './stack.ts'

type Options = Pick<StackOptions, 'infra' | 'log' | 'onEnd'>
/** SIGSTOP and SIGCONT end nothing. */
const ENDS: NodeJS.Signals[] = ['SIGTERM', 'SIGINT']

/**
 * Holds the processes of a stack.
 * @param directory of their logs, below that of the infra
 * @returns `stopAll`: ends all; a sentence for each thing that was not in order since they were started
 */
export function createControl(
  plans: StackPlan[],
  directory: string,
  { infra, log = 'file', onEnd }: Options,
): { control: StackControl; running(): Running[]; stopAll(): Promise<string[]> } {
  const started = new Map<string, Running>()
  const complaints: string[] = []
  const planOf = (name: string) => {
    const plan = plans.find((it) => it.name === name)
    if (!plan) throw new Error(`There is no process ${name}: ${plans.map((it) => it.name).join(', ')}`)
    return plan
  }
  const find = (name: string): Running => {
    const running = started.get(planOf(name).name)
    if (!running) throw new Error(`${name} was not started`)
    return running
  }

  const control: StackControl = {
    isRunning: (name) => started.has(name) && !hasExited(find(name).child),
    signal(name, signal) {
      const running = find(name)
      if (signal === 'SIGKILL') running.expected = 'anyhow'
      if (ENDS.includes(signal)) running.expected ??= 'asked'
      running.child.kill(signal)
    },
    allowEnd(name) {
      find(name).expected = 'anyhow'
    },
    async ended(name) {
      const { child } = find(name)
      if (!hasExited(child)) await once(child, 'exit')
      return child.signalCode ?? child.exitCode!
    },
    stop: (name) => stopProcess(find(name)),
    async start(name, preload) {
      const plan = planOf(name)
      if (control.isRunning(name)) throw new Error(`${name} runs already`)
      const before = started.get(name)
      if (before) complaints.push(...(await stopProcess(before)))
      const to =
        log === 'file' ? await logToFile(`${infra.dir}/${directory}/${name}.log`, name) : logToSink(log, name)
      const wanted = preload === undefined ? plan : { ...plan, preload: preload ?? undefined }
      started.set(name, launch(wanted, to, onEnd))
    },
    ready: (name) => untilComplete(find(name)),
  }
  return {
    control,
    running: () => [...started.values()].filter(({ child }) => !hasExited(child)),
    stopAll: async () => {
      const ends = await Promise.all([...started.values()].map(stopProcess))
      return [...complaints, ...ends.flat()]
    },
  }
}
