import type { BenchResult } from '../result.ts'

/** The machine, the versions and the run, as name and value. */
export function conditions({
  machine,
  versions,
  project,
  options,
  startedAt,
}: BenchResult): [string, string][] {
  const { commit, dirty } = project
  return [
    ['Processor', `${machine.cpu}, ${machine.cores} cores, ${machine.architecture}`],
    ['Memory', `${Math.round(machine.memoryMiB / 1024)} GiB`],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', versions.node],
    ['Fastify', versions.fastify],
    ['PostgreSQL', versions.postgresql],
    ['RabbitMQ', versions.rabbitmq],
    ['k6', versions.k6],
    [
      'Commit',
      commit === null
        ? 'none'
        : `${commit.slice(0, 12)}${dirty ? ', with changes that were not committed' : ''}`,
    ],
    ['Seed', String(options.seed)],
    ['Begun', `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
  ]
}
