import type { Fault } from './fault.ts'
import { amqpFaults } from './faults/amqp.ts'
import { brokerFaults } from './faults/broker.ts'
import { clientFaults } from './faults/clients.ts'
import { databaseFaults, lateSchemaFaults } from './faults/database.ts'
import { hangFaults } from './faults/hang.ts'
import { keyFaults } from './faults/keys.ts'
import { linkFaults } from './faults/links.ts'
import { lockFaults } from './faults/locks.ts'
import { postgresFaults } from './faults/postgres.ts'
import { processFaults } from './faults/process.ts'
import { replicaFaults } from './faults/replicas.ts'
import { startFaults } from './faults/start.ts'
import { clockFaults } from './inside/clock-faults.ts'
import { crashFaults } from './inside/crash-faults.ts'
import { messageFaults } from './meddle/message-faults.ts'

/** All faults, in the order of the matrix. */
export const allFaults: Fault[] = [
  ...processFaults,
  ...crashFaults,
  ...clockFaults,
  ...brokerFaults,
  ...amqpFaults,
  ...postgresFaults,
  ...databaseFaults,
  ...lateSchemaFaults,
  ...lockFaults,
  ...keyFaults,
  ...linkFaults,
  ...messageFaults,
  ...hangFaults,
  ...clientFaults,
  ...replicaFaults,
  ...startFaults,
]
