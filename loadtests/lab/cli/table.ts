import Table from 'cli-table3'
import { colours as pc } from './colours.ts'

const BORDERS = 10

/**
 * A table for the terminal.
 * @param wrapLast lets the last column have several lines, so that the table fits the terminal's width
 */
export function renderTable(head: string[], rows: string[][], { wrapLast = false } = {}): string {
  const colWidths = wrapLast ? [...widthsOf(head.slice(0, -1), rows), remaining(head, rows)] : []
  const table = new Table({
    head: head.map((text) => pc.bold(text)),
    style: { head: [], border: [], compact: true },
    colWidths,
    wordWrap: wrapLast,
  })
  table.push(...rows)
  return table.toString()
}

/** A check's outcome, in its colour. */
export const outcome = (ok: boolean) => (ok ? pc.green('ok') : pc.red('failed'))

function remaining(head: string[], rows: string[][]): number {
  const used = widthsOf(head.slice(0, -1), rows).reduce((sum, width) => sum + width, BORDERS)
  return Math.max(30, (process.stdout.columns || 160) - used)
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
