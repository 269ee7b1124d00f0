import { describeEnvironment } from '../../loadtests/lab/infra/environment.ts'
import { type Infra, startInfra } from '../../loadtests/lab/infra/infra.ts'
import { compiledDir } from '../../loadtests/lab/infra/paths.ts'
import { UserError } from '../../loadtests/lab/infra/user-error.ts'

declare global {
  var testInfra: Infra | undefined
}

/** Starts PostgreSQL and RabbitMQ once for all test files, which find them in their environment. */
export default async function globalSetup() {
  // As a command of the laboratory leaves it behind: workers, and what tests start, get what is left.
  for (const name of describeEnvironment().ignored) if (name !== 'NODE_ENV') delete process.env[name]
  try {
    globalThis.testInfra = await startInfra()
    await globalThis.testInfra.ready
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    console.error(error.message)
    process.exit(error.exitCode)
  }
  // For the commands that tests start, some of them dozens of times.
  process.env.NODE_COMPILE_CACHE = compiledDir
  process.env.POSTGRES_URL = globalThis.testInfra.postgresUrl
  process.env.AMQP_URL = globalThis.testInfra.amqpUrl
  const users = globalThis.testInfra.amqpUsers
  if (users) process.env.AMQP_USERS = JSON.stringify(users)
}
