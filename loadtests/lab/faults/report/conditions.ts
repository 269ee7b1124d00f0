import type { FaultsResult } from '../result.ts'

/** The machine, the versions and the run, as name and value. */
export function conditions({ machine, versions, project, startedAt }: FaultsResult): [string, string][] {
  const { commit, dirty } = project
  const changed = dirty ? ', with changes that were not committed' : ''
  return [
    ['Processor', `${machine.cpu}, ${machine.cores} cores, ${machine.architecture}`],
    ['Memory', `${Math.round(machine.memoryMiB / 1024)} GiB`],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', versions.node],
    ['PostgreSQL', versions.postgresql],
    ['RabbitMQ', versions.rabbitmq],
    ['Commit', commit === null ? 'none' : `${commit.slice(0, 12)}${changed}`],
    ['Begun', `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
  ]
}
