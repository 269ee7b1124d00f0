import { colours as pc } from '../cli/colours.ts'
import { renderTable } from '../cli/table.ts'
import { type FamilyOnStack, toFamilies } from './families.ts'
import { spread } from './matrix.ts'
import type { FaultsResult, MatrixRow, PlantedResult } from './result.ts'

const HEAD = ['fault', 'stack', 'survived', 'healthy after', 'duplicates', 'violations', 'requests failed']

/** The matrix for the terminal. */
export function terminalMatrix(matrix: MatrixRow[]): string {
  const rows = matrix.map((row) => {
    const [title, stack, survived, ...rest] = cells(row)
    const colour = row.survived === row.runs ? pc.green : pc.red
    return [title!, stack!, colour(survived!), ...rest]
  })
  return renderTable(HEAD, rows, { wrap: 1 })
}

/** The matrix as Markdown, a row for each kind of fault and then one for each fault, with the command that made it. */
export function markdownMatrix({ matrix, runs, ...about }: FaultsResult): string {
  const families = toFamilies(matrix, runs, spread).map(({ title, faults, stacks }) => [
    title,
    String(faults),
    familyCell(stacks.monolith),
    familyCell(stacks.services),
  ])
  const short = markdownTable(['what was broken', 'faults', 'monolith', 'services'], families, about)
  return `${short}\n${markdownTable(HEAD, matrix.map(cells), about)}`
}

function familyCell(family: FamilyOnStack | undefined): string {
  if (!family) return ''
  const { survived, runs, healthyAfterMs, failedShare } = family
  const back = healthyAfterMs
    ? `back after ${milliseconds(healthyAfterMs.median)}, worst ${milliseconds(healthyAfterMs.worst)}`
    : 'never back'
  const failing = failedShare === 0 ? 'no request failed' : `${percent(failedShare)} of requests failed`
  return `${survived}/${runs} survived; ${back}; ${failing}`
}

/** The planted bugs for the terminal. */
export function terminalPlanted(planted: PlantedResult[]): string {
  const rows = planted.map(({ title, stack, caught, by }) => [
    title,
    stack,
    caught ? pc.green('caught') : pc.red('NOT caught'),
    by.join('\n'),
  ])
  return renderTable(['planted bug', 'stack', '', 'by'], rows)
}

/** The planted bugs as Markdown. */
export function markdownPlanted({ planted = [], ...about }: FaultsResult): string {
  const rows = planted.map(({ title, stack, caught, by }) => [
    title,
    stack,
    caught ? 'yes' : 'NO',
    by.join('; '),
  ])
  return markdownTable(['planted bug', 'stack', 'caught', 'by'], rows, about)
}

type About = Pick<FaultsResult, 'command' | 'versions' | 'machine' | 'startedAt'>

function markdownTable(
  head: string[],
  rows: string[][],
  { command, versions, machine, startedAt }: About,
): string {
  const line = (texts: string[]) => `| ${texts.join(' | ')} |`
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
  const where = `Node ${versions.node}, PostgreSQL ${versions.postgresql}, RabbitMQ ${versions.rabbitmq}; ${machine.cores} cores of ${machine.cpu}`
  return `${table}\n\n\`${command}\` on ${startedAt.slice(0, 10)}: ${where}.\n`
}

function cells(row: MatrixRow): string[] {
  return [
    row.title,
    row.stack,
    `${row.survived}/${row.runs}`,
    healthy(row),
    duplicates(row),
    String(row.violations),
    failed(row),
  ]
}

function healthy({ healthyAfterMs: it, runs }: MatrixRow): string {
  if (!it) return 'never'
  return runs === 1 ? milliseconds(it.median) : `${milliseconds(it.median)}, worst ${milliseconds(it.worst)}`
}

const milliseconds = (ms: number) => (ms < 1_000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`)

const SHORT = {
  placeOrder: 'order',
  cancelOrder: 'cancel',
  restockProduct: 'restock',
  getProduct: 'product',
  listProducts: 'products',
  getOrder: 'look',
  listOrders: 'own orders',
} as const

/** The endpoints of which any request failed, the worst first. */
function failed({ failed }: MatrixRow): string {
  const told = Object.entries(failed)
    .filter(([, { share }]) => share > 0)
    .sort(([, a], [, b]) => b.share - a.share)
    .map(([endpoint, { share }]) => `${SHORT[endpoint as keyof typeof SHORT]} ${percent(share)}`)
  return told.join(', ') || 'none'
}

const percent = (share: number) => (share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`)

function duplicates({ duplicates, resent, stack }: MatrixRow): string {
  return stack === 'monolith' ? `${resent} requests` : `${resent} requests, ${duplicates} messages`
}
