import { randomBytes } from 'node:crypto'
import { signToken } from '@shop/shared/runtime/auth.ts'
import { openSessions, type Sessions } from '../audit/sessions.ts'
import { type Budget, pinGroups } from '../budget/budget.ts'
import { type Infra, startInfra } from '../infra/infra.ts'
import type { Group } from '../sample/sampler.ts'
import { seedCatalogue } from '../seed.ts'
import { type Stack, type StackName, startStack } from '../stacks/start.ts'
import { type Receiver, startReceiver } from './receiver.ts'

/** Enough of each product that none sells out. */
const CATALOGUE = { products: 200, stockEach: 1_000_000 }

/** A stack to be loaded, with its databases at hand. */
export type Subject = { stack: Stack; sessions: Sessions }

/** One stack on servers of its own: once with spans and, where asked for, once without. */
export type Bench = {
  name: StackName
  infra: Infra
  secret: string
  traced: Subject
  plain?: Subject
  receiver: Receiver
  /** Stops the processes first, by which the last spans arrive. @returns a sentence for each thing that was not in order */
  stop(): Promise<string[]>
}

export type BenchOptions = { seed: number; budget: Budget; withPlain: boolean }

/** Starts and seeds it, and puts each process on its cores. @throws UserError when something does not start */
export async function startBench(name: StackName, { seed, budget, withPlain }: BenchOptions): Promise<Bench> {
  const [infra, receiver] = await Promise.all([startInfra(), startReceiver()])
  const secret = randomBytes(32).toString('hex')
  const subjects: Subject[] = []
  const stop = async () => {
    await Promise.all(subjects.flatMap(({ sessions }) => sessions.all).map((client) => client.end()))
    const complaints = (await Promise.all(subjects.map(({ stack }) => stack.stop()))).flat()
    await infra.stop()
    await receiver.close()
    return complaints
  }
  const start = async (endpoint: string) => {
    // Without an endpoint of its own a process would take that of the person who runs this.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '1' }
    const stack = await startStack(name, { infra, secret, env: () => env })
    subjects.push({ stack, sessions: await openSessions(stack.databases) })
    const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '1h')
    await seedCatalogue(stack.url, token, { ...CATALOGUE, seed })
  }
  try {
    await infra.ready
    await start(receiver.url)
    if (withPlain) await start('')
    const apps = subjects.flatMap(({ stack }) => stack.processes)
    await pinGroups(budget, { apps, rest: serversOf(infra) })
    const [traced, plain] = subjects
    return { name, infra, secret, traced: traced!, plain, receiver, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const serversOf = ({ pids }: Infra): Group[] =>
  [
    { name: 'PostgreSQL', pid: pids.postgres },
    { name: 'RabbitMQ', pid: pids.rabbitmq },
  ].filter((it): it is Group => it.pid !== undefined)
