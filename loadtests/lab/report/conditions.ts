import type { Result } from '../compare/result.ts'

/** The machine, the versions and the run, as name and value. */
export function conditions(result: Result): [string, string][] {
  const { machine, versions, options, environment, startedAt } = result
  const { products, stockEach } = environment.catalogue
  return [
    ['Processor', `${machine.cpu}, ${machine.cores} cores, ${machine.architecture}`],
    ['Memory', `${Math.round(machine.memoryMiB / 1024)} GiB`],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', versions.node],
    ['Fastify', versions.fastify],
    ['PostgreSQL', versions.postgresql],
    ['RabbitMQ', versions.rabbitmq ?? 'not used'],
    ['k6', versions.k6],
    ['Commit', commit(result.project)],
    ['Seed', String(options.seed)],
    ['Catalogue', `${products} products, ${stockEach.toLocaleString('en-US')} pieces each`],
    ['Begun', `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
  ]
}

function commit({ commit, dirty }: Result['project']): string {
  if (commit === null) return 'none'
  return `${commit.slice(0, 12)}${dirty ? ', with changes that were not committed' : ''}`
}
