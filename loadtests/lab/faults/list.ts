import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Fault, PlantedBug } from './fault.ts'
import { brokerFaults } from './faults/broker.ts'
import { hangFaults } from './faults/hang.ts'
import { linkFaults } from './faults/links.ts'
import { postgresFaults } from './faults/postgres.ts'
import { processFaults } from './faults/process.ts'
import { replicaFaults } from './faults/replicas.ts'
import { startFaults } from './faults/start.ts'

/** All faults, in the order of the matrix. */
export async function allFaults(): Promise<Fault[]> {
  return [
    ...processFaults,
    ...(await optional<Fault>('./inside/crash-faults.ts', 'crashFaults')),
    ...brokerFaults,
    ...postgresFaults,
    ...linkFaults,
    ...hangFaults,
    ...replicaFaults,
    ...startFaults,
    ...(await optional<Fault>('./meddle/message-faults.ts', 'messageFaults')),
  ]
}

/** All planted bugs. */
export const allPlantedBugs = (): Promise<PlantedBug[]> =>
  optional<PlantedBug>('./inside/planted.ts', 'plantedBugs')

async function optional<T>(file: string, name: string): Promise<T[]> {
  const url = new URL(file, import.meta.url)
  if (!existsSync(fileURLToPath(url))) return []
  return ((await import(url.href)) as Record<string, T[]>)[name]!
}
