import type { Preload, ProcessName, StackName } from '../../stacks/stack.ts'
import type { Fault, FaultContext, Heal } from '../fault.ts'
import { arm } from './crash/arm.ts'
import { type CrashPoint, gatherAt, isOfRelay } from './crash/points.ts'
import { crashPreload } from './preload.ts'

/** The first batch may have begun before the point was armed, and be of one message. The load passes every point more often. */
function drawOccurrence(point: CrashPoint, random: () => number): number {
  // The relay looks once a second.
  if (isOfRelay(point)) return 1 + Math.floor(random() * 2)
  if (point in gatherAt) return 2 + Math.floor(random() * 4)
  // Restocks are rare.
  return 1 + Math.floor(random() * (point === 'restock-after-insert' ? 2 : 5))
}

/** How long the load may take until it has. */
const REACHED_WITHIN_MS = 15_000

const OUTBOX: [CrashPoint, string][] = [
  ['sent-before-delete', 'after the broker confirmed facts, before they left the outbox'],
  ['sent-after-delete', 'right after facts that were sent left the outbox'],
  ['relay-before-publish', 'after the relay took facts that were left, before it published them'],
  ['relay-mid-batch', "when half of a relay's batch was published"],
  ['relay-before-commit', 'after the broker confirmed a batch, before the relay committed that it was sent'],
  ['relay-after-commit', 'right after the relay committed that a batch was sent'],
]
const MID_ACK = 'when half of a batch was acknowledged'

/** The points of each process, and what a person reads of them. */
const POINTS: Partial<Record<ProcessName, [CrashPoint, string][]>> = {
  monolith: [
    ['order-before-commit', 'before an order is committed'],
    ['order-after-commit', 'after an order is committed, before the answer'],
    ['restock-after-insert', 'after a restock is committed, before the answer'],
  ],
  orders: [
    ['order-after-insert', 'after an order is written, before the answer'],
    ...OUTBOX,
    ['settle-before-commit', 'before a settlement is committed'],
    ['settle-before-ack', 'after a settlement is committed, before its message is acknowledged'],
    ['settle-mid-ack', MID_ACK],
  ],
  inventory: [
    ['restock-after-insert', 'after a restock is committed, before the answer'],
    ...OUTBOX,
    ['stock-before-commit', 'before stock is taken for good'],
    ['stock-before-ack', 'after stock is taken, before its message is acknowledged'],
    ['stock-mid-ack', MID_ACK],
  ],
}

/** A process that is killed at a named point and started again, for every point. */
export const crashFaults: Fault[] = Object.entries(POINTS).flatMap(([process, points]) =>
  points.map(([point, where]) => crashFault(process as ProcessName, point, where)),
)

function crashFault(process: ProcessName, point: CrashPoint, where: string): Fault {
  const stack: StackName = process === 'monolith' ? 'monolith' : 'services'
  return {
    name: `crash-${process}-${point}`,
    title: `${process} killed ${where}`,
    stacks: [stack],
    setup: { preload: (_name, kind) => (kind === process ? crashPreload(point) : undefined) },
    holds: [process],
    inject: (context) => crash(context, process, point),
  }
}

/**
 * Kills a process at its crash point, at an occurrence that is drawn. Resolves when it has ended.
 * @param name the process, which was started with the point
 * @param afterwards what it loads when it is started again. Default nothing
 * @returns what starts it again, without the point
 */
export async function crash(
  { stack, random, note, ineffective }: FaultContext,
  name: string,
  point: CrashPoint,
  afterwards: Preload | null = null,
): Promise<Heal | undefined> {
  const occurrence = drawOccurrence(point, random)
  const { control } = stack
  control.allowEnd(name)
  const ended = control.ended(name)
  await arm(stack.processes.find((it) => it.name === name)!.pid, occurrence)
  note(`${name} is to be killed at ${point}, occurrence ${occurrence}`)
  const end = await within(REACHED_WITHIN_MS, ended)
  if (end !== 'SIGKILL') {
    ineffective(
      `${name} was not killed at ${point}: ${end ?? `the load did not pass it ${occurrence} times`}`,
    )
    if (end === undefined) return undefined
  }
  note(`${name} was killed at ${point}`)
  return async () => {
    await control.start(name, afterwards)
    note(`${name} was started again`)
  }
}

/** What the promise resolves to, or undefined when that takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, ms, undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
