import { createControl } from './control.ts'
import { planProcesses } from './plan.ts'
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
  const plans = await planProcesses(name, storage, options).catch(async (error) => {
    await storage.remove()
    throw error
  })
  const { control, running, stopAll } = createControl(plans, `${name}-${storage.id}`, options)
  let stopped: Promise<string[]> | undefined
  const stop = () => {
    stopped ??= (async () => [...(await stopAll()), ...(await storage.remove())])()
    return stopped
  }
  if (options.start !== false) {
    const first = plans.filter(({ isSpare }) => !isSpare)
    try {
      for (const plan of first) await control.start(plan.name)
      await Promise.all(first.map((plan) => control.ready(plan.name)))
    } catch (error) {
      await stop()
      throw error
    }
  }
  const publicKind = plans[0]!.kind
  return {
    name,
    url: plans[0]!.url,
    urls: plans.filter(({ kind }) => kind === publicKind).map(({ url }) => url),
    get processes() {
      return running().map(({ plan, child, log }) => ({
        name: plan.name,
        pid: child.pid!,
        url: plan.url,
        logFile: log.file,
      }))
    },
    planned: plans.map(({ name, kind, url }) => ({ name, kind, url })),
    control,
    databases: storage.databases,
    owners: storage.owners,
    amqp: storage.amqp,
    stop,
  }
}
