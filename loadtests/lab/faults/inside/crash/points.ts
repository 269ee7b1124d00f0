import type { Moment } from './statements.ts'

/** Points at which a statement is about to be sent, or has just been answered. */
export const statementPoints = {
  'order-before-commit': (it) =>
    it.when === 'before' && it.statement === 'commit' && it.since('insert-order'),
  'order-after-commit': (it) => it.when === 'after' && it.statement === 'commit' && it.since('insert-order'),
  'order-after-insert': (it) => it.when === 'after' && it.statement === 'insert-order' && it.rows > 0,
  'restock-after-insert': (it) => it.when === 'after' && it.statement === 'insert-restock' && it.rows > 0,
  'sent-before-delete': (it) => it.when === 'before' && it.statement === 'delete-sent',
  'sent-after-delete': (it) => it.when === 'after' && it.statement === 'delete-sent',
  'relay-before-publish': (it) => it.when === 'after' && it.statement === 'take-unsent' && it.rows > 0,
  'relay-before-commit': (it) => it.when === 'before' && it.statement === 'commit' && it.since('take-unsent'),
  'relay-after-commit': (it) => it.when === 'after' && it.statement === 'commit' && it.since('take-unsent'),
  'stock-before-commit': (it) =>
    it.when === 'before' && it.statement === 'commit' && it.since('write-allocation'),
  'stock-before-ack': (it) =>
    it.when === 'after' && it.statement === 'commit' && it.since('write-allocation'),
  'settle-before-commit': (it) => it.when === 'before' && it.statement === 'settle-orders',
  'settle-before-ack': (it) => it.when === 'after' && it.statement === 'settle-orders',
} satisfies Record<string, (moment: Moment) => boolean>

/** Points within a burst of calls: one half of it reaches the broker. */
export const burstPoints = {
  'relay-mid-batch': 'publish',
  'stock-mid-ack': 'ack',
  'settle-mid-ack': 'ack',
} as const

/** Points of the relay, which finds nothing to send as long as facts leave from memory. */
export const isOfRelay = (point: CrashPoint) => point.startsWith('relay-')

/** Where a process can be killed. What each means is told in crash-faults.ts. */
export type CrashPoint = keyof typeof statementPoints | keyof typeof burstPoints

/** Statements that begin a batch and are held back, so that the next one is of more than one message. */
export const gatherAt: Partial<Record<CrashPoint, string>> = {
  'stock-mid-ack': 'lock-stock',
  'settle-mid-ack': 'settle-orders',
  'stock-before-commit': 'lock-stock',
  'stock-before-ack': 'lock-stock',
  'settle-before-commit': 'settle-orders',
  'settle-before-ack': 'settle-orders',
}
