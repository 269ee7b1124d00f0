import { signToken } from '@shop/shared/runtime/auth.ts'
import type { ListrTask } from 'listr2'
import type { Interruption } from '../cli/interruption.ts'
import { runTasks, showDetail } from '../cli/progress.ts'
import { tracingVariables } from '../infra/environment.ts'
import type { Infra } from '../infra/infra.ts'
import { requireFreePort } from '../infra/ports.ts'
import { seedCatalogue } from '../seed.ts'
import type { ProcessName, Stack, StackName } from '../stacks/stack.ts'
import { startStack } from '../stacks/start.ts'
import type { Follower } from './follow.ts'
import { startInfraFor } from './infra.ts'
import type { UpOptions } from './options.ts'

/** What has been started so far. */
export type Started = { infra?: Omit<Infra, 'pids' | 'outages'>; stacks: Promise<Stack>[]; sku?: string }

const PROCESSES: Record<StackName, ProcessName[]> = {
  monolith: ['monolith'],
  services: ['gateway', 'orders', 'inventory'],
}

/** @throws UserError that names the first port which is taken */
export async function requirePorts({ stacks, ports }: UpOptions): Promise<void> {
  for (const name of stacks.flatMap((stack) => PROCESSES[stack])) await requireFreePort(ports[name], name)
}

/**
 * Starts and seeds the stacks, with progress. What runs is in `started` even when this fails; an interruption skips the
 * steps that have not begun.
 */
export async function start(
  options: UpOptions,
  secret: string,
  follower: Follower,
  interruption: Interruption,
  started: Started,
): Promise<void> {
  const skip = () => interruption.hasHappened() && 'stopping'
  const servers = options.stacks.includes('services') ? 'PostgreSQL and RabbitMQ' : 'PostgreSQL'
  await runTasks(started, [
    {
      title: `Start ${servers}`,
      skip,
      task: async (context) => {
        context.infra = await startInfraFor(options.stacks)
      },
    },
    {
      title: 'Start the stacks',
      skip,
      task: (_, task) =>
        task.newListr(
          options.stacks.map((name) => stackTask(name, options, secret, follower)),
          { concurrent: true },
        ),
    },
    {
      title: `Put ${options.products} products on the shelf`,
      skip,
      task: async (context, task) => {
        const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '10m')
        const stacks = await Promise.all(context.stacks)
        const catalogues = stacks.map(({ url, name }) =>
          seedCatalogue(url, token, options, (done, of) => showDetail(task, `${name}: ${done} of ${of}`)),
        )
        context.sku = (await Promise.all(catalogues))[0]?.[0]?.sku
      },
    },
  ])
}

function stackTask(
  name: StackName,
  { ports, logLevel }: UpOptions,
  secret: string,
  follower: Follower,
): ListrTask<Started> {
  return {
    title: `The ${name === 'monolith' ? 'monolith' : 'services'}`,
    task: async (context) => {
      const { sink: log, tell: onEnd } = follower
      const env = tracingVariables
      const stack = startStack(name, { infra: context.infra!, secret, logLevel, ports, env, log, onEnd })
      context.stacks.push(stack)
      await Promise.all([stack, context.infra!.ready])
    },
  }
}
