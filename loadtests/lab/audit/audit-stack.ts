import type { Entry } from '../faults/history/history.ts'
import type { StackAmqp, StackDatabases, StackName } from '../stacks/stack.ts'
import { type AnsweredOrder, checkAnswered, checkCounts, type OrderCounts } from './answered.ts'
import { type Check, runCheck, type SqlCheck } from './check.ts'
import { checkDeadLetters, type IsExplained } from './dead-letters.ts'
import { readFacts } from './facts.ts'
import { checkHistory, type Seeded } from './history.ts'
import { checks as monolithChecks } from './monolith.ts'
import { untilQuiet } from './quiet.ts'
import { checks as servicesChecks } from './services.ts'
import { freeze, openSessions, type Sessions } from './sessions.ts'

export type AuditOptions = {
  /** What clients saw answered; without it that part of I1 is not checked. */
  answered?: Iterable<AnsweredOrder> | AsyncIterable<AnsweredOrder>
  /** How many orders were asked for over the life of the databases; without it their number is not checked. */
  counts?: OrderCounts
  /** Messages that must be in the dead letter queues. Default 0. */
  expectedDead?: number
  /** Tells dead letters that had to come about. Without it, as many as are expected are explained. */
  isExplained?: IsExplained
  /** What clients did and saw; without it, it is not compared with the databases. */
  history?: { entries: Entry[]; seeded: Seeded; seedSubject: string }
  /** How long to wait for the last order and message. Default 30 s. */
  withinMs?: number
}

export type AuditResult = {
  stack: StackName
  passed: boolean
  checks: Check[]
  /** Orders by status. */
  orders: Record<string, number>
}

/**
 * Waits until nothing is under way, then checks what must always hold on the real databases and the broker. Nothing may
 * be ordered meanwhile.
 * @param amqp the broker and namespace of the services
 * @throws UserError when a database cannot be reached
 */
export async function auditStack(
  databases: StackDatabases,
  amqp?: StackAmqp,
  { answered, counts, history, expectedDead = 0, isExplained, withinMs = 30_000 }: AuditOptions = {},
): Promise<AuditResult> {
  const sessions = await openSessions(databases)
  try {
    const queues = await untilQuiet(sessions, amqp, expectedDead, withinMs)
    await freeze(sessions)
    const checks: Check[] = []
    if (answered) checks.push(await checkAnswered(sessions.orders, answered))
    if (counts) checks.push(await checkCounts(sessions.orders, counts))
    for (const check of 'monolith' in databases ? monolithChecks : servicesChecks) {
      checks.push(await runCheck(sessionOf(check, sessions), check))
    }
    if (history) {
      const facts = await readFacts(sessions, history.seedSubject)
      checks.push(...checkHistory(history.entries, facts, history.seeded))
    }
    checks.push(...queues)
    if (amqp) checks.push(await checkDeadLetters(amqp, expectedDead, isExplained))
    checks.sort((a, b) => invariantOf(a).localeCompare(invariantOf(b)))
    return {
      stack: 'monolith' in databases ? 'monolith' : 'services',
      passed: checks.every(({ ok }) => ok),
      checks,
      orders: await ordersByStatus(sessions),
    }
  } finally {
    await Promise.all(sessions.all.map((client) => client.end()))
  }
}

const invariantOf = ({ name }: Check) => name.slice(0, 2)

function sessionOf(
  check: SqlCheck & { on?: 'orders' | 'inventory' | 'both' },
  { orders, inventory }: Sessions,
) {
  return check.on === 'orders' ? orders : inventory
}

async function ordersByStatus({ orders }: Sessions): Promise<Record<string, number>> {
  const { rows } = await orders.query<{ status: string; count: string }>(
    'select status, count(*) from orders group by status order by status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]))
}
