import type { CapacityResult } from '../result.ts'

/** What a run was made with; RabbitMQ is null where the stack knows none. */
type Run = Pick<CapacityResult, 'machine' | 'project' | 'versions' | 'seed' | 'startedAt'>

/** The machine, the versions and the run, as name and value. */
export function conditions({ machine, versions, project, seed, startedAt }: Run): [string, string][] {
  const { commit, dirty } = project
  return [
    ['Processor', `${machine.cpu}, ${machine.cores} cores, ${machine.architecture}`],
    ['Memory', `${Math.round(machine.memoryMiB / 1024)} GiB`],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', versions.node],
    ['Fastify', versions.fastify],
    ['PostgreSQL', versions.postgresql],
    ['RabbitMQ', versions.rabbitmq ?? 'not used'],
    ['k6', versions.k6],
    [
      'Commit',
      commit === null
        ? 'none'
        : `${commit.slice(0, 12)}${dirty ? ', with changes that were not committed' : ''}`,
    ],
    ['Seed', String(seed)],
    ['Begun', `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
  ]
}
