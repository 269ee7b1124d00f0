import Table from 'cli-table3'
import { colours as pc } from './colours.ts'

const BORDERS = 10
/** Narrower columns cannot be read. */
const LEAST = 30

/**
 * A table for the terminal.
 * @param wrap how many of the last columns may have several lines, so that the table fits the terminal's width
 * @param right which columns, from 0, end where the others begin, as numbers do
 */
export function renderTable(
  head: string[],
  rows: string[][],
  { wrap = 0, right = [] as number[] } = {},
): string {
  const table = new Table({
    head: head.map((text) => pc.bold(text)),
    style: { head: [], border: [], compact: true },
    colWidths: wrap > 0 ? wrappedWidths(head, rows, wrap) : [],
    colAligns: head.map((_, i) => (right.includes(i) ? 'right' : 'left')),
    wordWrap: wrap > 0,
  })
  table.push(...rows)
  return table.toString()
}

/** A check's outcome, in its colour. */
export const outcome = (ok: boolean) => (ok ? pc.green('ok') : pc.red('failed'))

function wrappedWidths(head: string[], rows: string[][], wrap: number): number[] {
  const widths = widthsOf(head, rows)
  const fixed = widths.slice(0, -wrap)
  const used = fixed.reduce((sum, width) => sum + width, BORDERS)
  const share = Math.max(LEAST, Math.floor(((process.stdout.columns || 160) - used) / wrap))
  return [...fixed, ...widths.slice(-wrap).map((width) => Math.min(width, share))]
}

const PADDING = 2

function widthsOf(columns: string[], rows: string[][]): number[] {
  return columns.map(
    (title, i) => PADDING + Math.max(title.length, ...rows.map((row) => plainLength(row[i]!))),
  )
}

// Colours take no room.
const plainLength = (text: string) =>
  text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '').length
