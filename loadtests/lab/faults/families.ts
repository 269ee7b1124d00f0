import type { StackName } from '../stacks/stack.ts'
import type { MatrixRow, RunResult } from './result.ts'

/** Faults of one kind, told apart by how their names begin. */
const FAMILIES: [title: string, prefixes: string[]][] = [
  ['a process killed, at a random moment', ['kill-']],
  ['a process killed, at a named point of its code', ['crash-']],
  ['a process whose clock is wrong dies with what it has not sent', ['clock-']],
  ['RabbitMQ killed, restarted, out of disk or memory, impatient, a queue full', ['broker-']],
  ['connections to RabbitMQ broken, queues and exchanges deleted or emptied', ['amqp-']],
  ['PostgreSQL restarted, killed, its backends terminated', ['postgres-', 'backends-']],
  ['a database read-only, locked up, renamed, without its tables', ['database-']],
  ['rows that somebody else holds', ['lock-']],
  ['an order asked for again while a new one could not be taken', ['keys-']],
  ['a link slow, cut, or open and silent, for good or for a while', ['link-']],
  ['a process that hangs, in a crowd, too', ['hang-']],
  ['clients that take and give nothing', ['clients-']],
  ['replicas: several relays, joining, leaving, migrating, killed', ['two-relays', 'replicas-']],
  ['all processes restarted one by one, two of each', ['rolling-restart']],
  ['a lone process restarted', ['restart-lone']],
  ['dependencies absent, late, flapping at the start', ['start-']],
  ['messages duplicated, reordered, poisoned, garbage', ['messages-']],
  ['a second reader that is full, facts that nobody wants', ['reader-', 'topic-']],
]

/** What became of one family on one stack. */
export type FamilyOnStack = {
  runs: number
  survived: number
  violations: number
  /** Median and worst of all its runs, in milliseconds; null when none became healthy. */
  healthyAfterMs: { median: number; worst: number } | null
  /** Share of all requests that failed or went unanswered. */
  failedShare: number
}

export type Family = { title: string; faults: number; stacks: Partial<Record<StackName, FamilyOnStack>> }

/** Brings the matrix down to a row for each kind of fault. What belongs to no kind is a kind of its own. */
export function toFamilies(
  matrix: MatrixRow[],
  runs: RunResult[],
  spread: (values: number[]) => MatrixRow['healthyAfterMs'],
): Family[] {
  const titleOf = ({ fault, title }: { fault: string; title: string }) =>
    FAMILIES.find(([, prefixes]) => prefixes.some((prefix) => fault.startsWith(prefix)))?.[0] ?? title
  return [...Map.groupBy(matrix, titleOf)].map(([title, rows]) => ({
    title,
    faults: new Set(rows.map(({ fault }) => fault)).size,
    stacks: Object.fromEntries(
      [...Map.groupBy(rows, ({ stack }) => stack)].map(([stack, own]) => {
        const healthy = runs.filter((run) => run.stack === stack && titleOf(run) === title)
        return [stack, onStack(own, spread(healthy.flatMap(({ healthyAfterMs }) => healthyAfterMs ?? [])))]
      }),
    ),
  }))
}

function onStack(rows: MatrixRow[], healthyAfterMs: FamilyOnStack['healthyAfterMs']): FamilyOnStack {
  const sum = (of: (row: MatrixRow) => number) => rows.reduce((total, row) => total + of(row), 0)
  const counts = rows.flatMap(({ failed }) => Object.values(failed))
  const asked = counts.reduce((total, it) => total + it.asked, 0)
  const failed = counts.reduce((total, it) => total + it.failed + it.unknown, 0)
  return {
    runs: sum(({ runs }) => runs),
    survived: sum(({ survived }) => survived),
    violations: sum(({ violations }) => violations),
    healthyAfterMs,
    failedShare: asked === 0 ? 0 : failed / asked,
  }
}
