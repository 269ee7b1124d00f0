import type { Client } from 'pg'

/** One thing that was looked at. */
export type Check = {
  /** The invariant of the design, and what of it: `I2 stock adds up`. The same name means the same on both stacks. */
  name: string
  ok: boolean
  /** How much was looked at, or what is wrong, with a few examples. */
  detail: string
}

/** A check whose query finds what is wrong: no row, no fault. */
export type SqlCheck = {
  name: string
  /** The table whose rows are looked at; their number is told when all is well. */
  of: string
  /** Says what a row of the answer means. */
  wrong: string
  sql: string
}

const EXAMPLES = 3

/** Runs a check's query. */
export async function runCheck(client: Client, { name, of, wrong, sql }: SqlCheck): Promise<Check> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select count(*) over () as found, wrong.* from (${sql}) as wrong limit ${EXAMPLES}`,
  )
  if (rows.length > 0) return { name, ok: false, detail: describe(wrong, rows) }
  const counted = await client.query<{ count: string }>(`select count(*) from ${of}`)
  return { name, ok: true, detail: `${of}: ${counted.rows[0]!.count} looked at` }
}

function describe(wrong: string, rows: Record<string, unknown>[]): string {
  const examples = rows.map(({ found: _, ...row }) =>
    Object.entries(row)
      .map(([column, value]) => `${column} ${value instanceof Date ? value.toISOString() : value}`)
      .join(', '),
  )
  return `${wrong}: ${rows[0]!.found} times, such as ${examples.join('; ')}`
}
