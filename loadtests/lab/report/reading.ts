import type { Result } from '../compare/result.ts'
import { joined } from './format.ts'
import { hasQuiet, type Row, tableRows } from './rows.ts'
import { capital } from './words.ts'

export const QUIET_TITLE = 'quiet blocks alone'

/** How to read the table of a valid run, and what is not in it, a sentence each. */
export function readingText(result: Result): string[] {
  const rows = tableRows(result)
  return [
    whatFigures(result, rows),
    ...(hasQuiet(rows)
      ? [
          `${capital(QUIET_TITLE)}: the same over the ${result.blocks.quiet} blocks that nothing disturbed, where it reads differently.`,
        ]
      : []),
    ...auditText(result),
    ...omittedText(result),
  ]
}

function whatFigures({ arms, units, intervalsOver, blocks }: Result, rows: Row[]): string {
  const plural = units === 1 ? '' : 's'
  const of =
    intervalsOver === 'starts'
      ? `${units} start${plural} of the processes (${blocks.counted} blocks)`
      : `${units} block${plural}`
  if (arms.length === 1) return `Means over ${of}.`
  const exact = rows.some(({ sure }) => sure === 'exact') ? ' Exact: counted, and not timed.' : ''
  return `Means over ${of}; in brackets, their 95 % intervals.${exact}`
}

function auditText({ audit, arms }: Result): string[] {
  if (audit.length === 0) return []
  return [`Audit passed on ${joined(arms.map(({ name }) => name))}: what was answered was done.`]
}

const omittedText = ({ omitted }: Result): string[] =>
  [...Map.groupBy(omitted, ({ why }) => why)].map(
    ([why, rows]) => `Not shown: ${joined(rows.map(({ title }) => title.replace(', ', ' ')))}: ${why}.`,
  )
