import { sum } from 'simple-statistics'
import type { OrderCounts } from '../audit/answered.ts'
import type { Turn } from './plan.ts'
import type { RungName } from './rungs.ts'

/** What a turn of one rung under one load gave. */
export type Figures = Turn & {
  /** Orders that settled, or reads. */
  work: number
  /** Median of the latency, in milliseconds. */
  p50Ms: number
  /** CPU time in milliseconds, by process. */
  cpu: { process: string; kind: 'app' | 'PostgreSQL' | 'RabbitMQ'; ms: number }[]
  /** Share of the machine's CPU time that went to programs outside the measurement, from 0 to 1. */
  otherCpuShare: number
  /** Why it says nothing, one sentence each; empty when it does say something. */
  void: string[]
  /** What makes it uncertain, one sentence each; it counts all the same. */
  disturbed: string[]
  /** Orders that were asked for, those of the warm-up included. */
  orders: OrderCounts
}

/** CPU time per piece of work, in milliseconds, of these kinds of processes; NaN where nothing was done. */
export const cpuOf = (figures: Figures, ...kinds: Figures['cpu'][number]['kind'][]): number =>
  sum(figures.cpu.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)).map(({ ms }) => ms)) /
  figures.work

/** CPU time per piece of work of one process alone. */
export const cpuOfProcess = (figures: Figures, process: string): number =>
  sum(figures.cpu.filter((it) => it.process === process).map(({ ms }) => ms)) / figures.work

/** The turns of these rungs that are not void, of the rounds in which each of them has one, in the order of the rounds. */
export function completeRounds<R extends RungName>(turns: Figures[], rungs: R[]): Record<R, Figures[]> {
  const rounds = Map.groupBy(turns, ({ round }) => round)
  const complete = [...rounds.keys()]
    .toSorted((a, b) => a - b)
    .map((round) =>
      rungs.map((rung) => rounds.get(round)!.find((it) => it.rung === rung && it.void.length === 0)),
    )
    .filter((row): row is Figures[] => row.every((it) => it !== undefined))
  const columns = rungs.map((rung, i) => [rung, complete.map((row) => row[i]!)])
  return Object.fromEntries(columns)
}
