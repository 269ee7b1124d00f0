import { signToken } from '@shop/shared/runtime/auth.ts'
import type { AmqpUsers } from '../../loadtests/lab/infra/broker-users.ts'
import type { Infra } from '../../loadtests/lab/infra/infra.ts'
import { createRunDir } from '../../loadtests/lab/infra/run-dir.ts'
import {
  type Stack,
  type StackName,
  type StackOptions,
  startStack,
} from '../../loadtests/lab/stacks/start.ts'

/** AUTH_SECRET of every stack that a test starts. */
export const testSecret = 'a secret for tests, and for tests alone'

type TestStackOptions = Partial<Omit<StackOptions, 'infra'>> & {
  /** Complaints at the stop that the test itself brought about, for example by killing a process. */
  expectedComplaints?: RegExp[]
}

/** PostgreSQL and RabbitMQ that all tests share: the global set-up started them. */
export function testServers(): Pick<Infra, 'postgresUrl' | 'amqpUrl' | 'amqpUsers'> {
  const { POSTGRES_URL: postgresUrl, AMQP_URL: amqpUrl, AMQP_USERS: users } = process.env
  if (!postgresUrl || !amqpUrl) throw new Error('The global set-up of Jest did not run')
  return { postgresUrl, amqpUrl, ...(users && { amqpUsers: JSON.parse(users) as AmqpUsers }) }
}

/**
 * Starts a stack for one test, on databases and a broker namespace of its own. Its `stop` throws when a process had to be
 * killed or ended before its time, or when a process, connection or queue was left behind.
 */
export async function startTestStack(name: StackName, options: TestStackOptions = {}): Promise<Stack> {
  const { expectedComplaints = [], ...rest } = options
  const dir = await createRunDir()
  const infra = { ...testServers(), dir: dir.path }
  const stack = await startStack(name, { infra, secret: testSecret, logLevel: 'info', ...rest })
  const stop = async () => {
    const complaints = await stack.stop()
    const unexpected = complaints.filter((it) => !expectedComplaints.some((expected) => expected.test(it)))
    if (unexpected.length > 0)
      throw new Error(`The ${name} stack did not end cleanly: ${unexpected.join('; ')}`)
    await dir.remove()
    return complaints
  }
  return {
    ...stack,
    // Those that run now, not those that ran when it started.
    get processes() {
      return stack.processes
    },
    stop,
  }
}

/** A stack for all tests of the file or `describe` block that calls this; it is there once `beforeAll` has run. */
export function useStack(name: StackName, options: TestStackOptions = {}): { readonly current: Stack } {
  let stack: Stack | undefined
  beforeAll(async () => {
    stack = await startTestStack(name, options)
  }, 60_000)
  afterAll(async () => {
    await stack?.stop()
  }, 30_000)
  return {
    get current() {
      if (!stack) throw new Error(`The ${name} stack is there only once beforeAll has run`)
      return stack
    },
  }
}

/** Tokens that every test stack takes. */
export const customerToken = (sub = 'ada') => signToken(testSecret, { sub, role: 'customer' }, '1h')
export const adminToken = (sub = 'root') => signToken(testSecret, { sub, role: 'admin' }, '1h')
