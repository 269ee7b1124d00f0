import type { Fault } from '../fault.ts'
import { duplicated } from './duplicates.ts'
import { garbageEverywhere, oddIds } from './garbage.ts'
import { poisoned } from './poison.ts'
import { readerFaults } from './reader.ts'
import { reordered } from './reorder.ts'

/** What can become of messages between the services, beyond their being lost with a broker. */
export const messageFaults: Fault[] = [
  duplicated,
  reordered,
  poisoned,
  garbageEverywhere,
  oddIds,
  ...readerFaults,
]
