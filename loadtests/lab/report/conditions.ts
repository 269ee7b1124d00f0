import type { Result } from '../compare/result.ts'

/** The machine, the versions and the run, as name and value. */
export function conditions(result: Result): [string, string][] {
  const { machine, versions, options, environment, startedAt } = result
  const { products, stockEach } = environment.catalogue
  return [
    ['Processor', processor(machine)],
    ['Memory', `${Math.round(machine.memoryMiB / 1024)} GiB`],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', versions.node],
    ['Fastify', versions.fastify],
    ['PostgreSQL', versions.postgresql],
    ['RabbitMQ', versions.rabbitmq ?? 'not used'],
    ['k6', versions.k6],
    ['Commit', commit(result.project)],
    ...before(result),
    ['Seeds', `${options.seed} for the work, ${options.orderSeed} for the order of the rounds`],
    ['Catalogue', `${products} products, ${stockEach.toLocaleString('en-US')} pieces each`],
    ['Shell variables', variables(environment)],
    ['Begun', `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
  ]
}

function processor({ cpu, cores, architecture, threadsPerCore, governor }: Result['machine']): string {
  const threads = threadsPerCore !== null && threadsPerCore > 1 ? ` (${threadsPerCore} to a core)` : ''
  const frequency = governor === null ? '' : `, frequency: ${governor}`
  return `${cpu}, ${cores} processors${threads}, ${architecture}${frequency}`
}

function commit({ commit, dirty }: Result['project']): string {
  if (commit === null) return 'none'
  return `${commit.slice(0, 12)}${dirty ? ', with changes that were not committed' : ''}`
}

const before = ({ arms }: Result): [string, string][] =>
  arms.flatMap((arm): [string, string][] =>
    arm.commit === null ? [] : [[`Commit ${arm.name}`, arm.commit.slice(0, 12)]],
  )

function variables({ passedOn, ignored }: Result['environment']): string {
  const list = (names: string[]) => names.join(', ') || 'none'
  return `passed on to the measured processes: ${list(passedOn)}; kept from them: ${list(ignored)}`
}
