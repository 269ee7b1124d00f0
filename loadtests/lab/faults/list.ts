import type { Fault } from './fault.ts'
import { brokerFaults } from './faults/broker.ts'
import { hangFaults } from './faults/hang.ts'
import { linkFaults } from './faults/links.ts'
import { postgresFaults } from './faults/postgres.ts'
import { processFaults } from './faults/process.ts'
import { replicaFaults } from './faults/replicas.ts'
import { startFaults } from './faults/start.ts'
import { crashFaults } from './inside/crash-faults.ts'
import { messageFaults } from './meddle/message-faults.ts'

/** All faults, in the order of the matrix. */
export const allFaults: Fault[] = [
  ...processFaults,
  ...crashFaults,
  ...brokerFaults,
  ...postgresFaults,
  ...linkFaults,
  ...messageFaults,
  ...hangFaults,
  ...replicaFaults,
  ...startFaults,
]
