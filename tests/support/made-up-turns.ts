import type { Figures } from '../../loadtests/lab/ladder/figures.ts'
import type { RungName } from '../../loadtests/lab/ladder/rungs.ts'

type Values = {
  load?: Figures['load']
  appMs?: number
  postgresMs?: number
  p50Ms?: number
  /** CPU time of single processes of the application, in place of `appMs`. */
  processes?: Record<string, number>
}

/** A turn of 1,000 pieces of work. */
export function madeUpTurn(rung: RungName, round: number, values: Values): Figures {
  const { load = 'checkout', appMs = 500, postgresMs = 400, p50Ms = 3 } = values
  const apps = Object.entries(values.processes ?? { [rung]: appMs })
  return {
    round,
    position: 1,
    load,
    rung,
    seed: 1000 + round,
    work: 1_000,
    p50Ms,
    cpu: [
      ...apps.map(([process, ms]) => ({ process, kind: 'app' as const, ms })),
      { process: 'PostgreSQL', kind: 'PostgreSQL', ms: postgresMs },
    ],
    otherCpuShare: 0.01,
    void: [],
    disturbed: [],
    orders: { answered: load === 'checkout' ? 1_000 : 0, lost: 0 },
  }
}
