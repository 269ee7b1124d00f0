import { logToFile, logToSink } from './log.ts'
import { planProcesses } from './plan.ts'
import { launch, type Running, stopProcess, untilReady } from './process.ts'
import type { Stack, StackName, StackOptions } from './stack.ts'
import { createStorage } from './storage.ts'

export type { Stack, StackAmqp, StackDatabases, StackName, StackOptions, StackProcess } from './stack.ts'

/**
 * Starts a stack on fresh databases and, for the services, a namespace of its own on the broker. All processes start side
 * by side: each waits for what it needs. Resolves when every one says that it is ready.
 * @throws UserError when one ends or is not ready within 30 s; nothing of the stack is left then
 */
export async function startStack(name: StackName, options: StackOptions): Promise<Stack> {
  const storage = await createStorage(name, options.infra)
  const running: Running[] = []
  let stopped: Promise<string[]> | undefined
  const stop = () => {
    stopped ??= (async () => {
      const complaints = await Promise.all(running.map(stopProcess))
      return [...complaints.flat(), ...(await storage.remove())]
    })()
    return stopped
  }
  try {
    for (const plan of await planProcesses(name, storage, options)) {
      const { log = 'file', infra, onEnd } = options
      const file = `${infra.dir}/${name}-${storage.id}/${plan.name}.log`
      const to = log === 'file' ? await logToFile(file, plan.name) : logToSink(log, plan.name)
      running.push(launch(plan, to, onEnd))
    }
    await Promise.all(running.map(untilReady))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    name,
    url: running[0]!.plan.url,
    processes: running.map(({ plan, child, log }) => ({
      name: plan.name,
      pid: child.pid!,
      url: plan.url,
      logFile: log.file,
    })),
    databases: storage.databases,
    amqp: storage.amqp,
    stop,
  }
}
