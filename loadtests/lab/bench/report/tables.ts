import { mean } from 'simple-statistics'
import { cpuOf, type Figures } from '../../ladder/figures.ts'
import { LOADS, type LoadName, RUNGS, rungsOf } from '../../ladder/rungs.ts'
import { figure } from '../../report/format.ts'
import type { BenchResult } from '../result.ts'
import { aimText, boundsText, valueText } from './words.ts'

export type Table = { head: string[]; rows: string[][] }

/** Each ratio beside its aim. @param between what stands between the name of a row and what it sets against what */
export const aimsTable = ({ rows }: BenchResult, between = ': '): Table => ({
  head: ['', 'aim', 'measured', '95% interval', 'verdict'],
  rows: rows.map((row) => [
    `${row.title}${between}${row.of}`,
    aimText(row.aim),
    valueText(row),
    boundsText(row),
    row.verdict,
  ]),
})

/** The rungs of a load in milliseconds, means over the rounds that were valid. */
export function rungsTable({ turns }: BenchResult, load: LoadName): Table {
  const { unit, latency } = LOADS[load]
  const of = (rung: string) =>
    turns.filter((it) => it.load === load && it.rung === rung && it.void.length === 0)
  return {
    head: ['', `apps, CPU ms per ${unit}`, 'PostgreSQL', 'RabbitMQ', 'all', `${latency}, p50, ms`],
    rows: rungsOf(load)
      .map((rung) => ({ rung, own: of(rung) }))
      .filter(({ own }) => own.length > 0)
      .map(({ rung, own }) => [
        RUNGS[rung].title,
        cell(own, (it) => cpuOf(it, 'app')),
        cell(own, (it) => cpuOf(it, 'PostgreSQL')),
        cell(own, (it) => cpuOf(it, 'RabbitMQ')),
        cell(own, (it) => cpuOf(it)),
        cell(own, ({ p50Ms }) => p50Ms),
      ]),
  }
}

function cell(turns: Figures[], of: (figures: Figures) => number): string {
  const value = mean(turns.map(of))
  return value === 0 ? 'none' : figure(value)
}
