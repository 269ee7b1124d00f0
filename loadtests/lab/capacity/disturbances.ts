import { companyText, DISTURBED } from '../sample/window.ts'
import { USERS_SUFFICE_MS } from './failures.ts'
import type { Objective, Probe } from './probe.ts'

/** Of the CPU time that k6 could have used. Above it, requests wait in k6, and their wait looks like the shop's. */
export const MOST_OF_K6 = 0.8
/** k6 is late when one iteration in a hundred starts so late or later, as a share of the objective. */
export const LATE_SHARE = 0.1

/** What can disturb a probe; `--tolerate` takes these names, as that of `npm run compare` does. */
export const DISTURBANCES = ['k6-late', 'k6-cpu', 'dropped', 'company', 'budget'] as const
export type DisturbanceKind = (typeof DISTURBANCES)[number]

/** That something else than the stack had a part in what was measured. */
export type Disturbance = { kind: DisturbanceKind; why: string }

type Figures = Pick<Probe, 'dropped' | 'lateP99Ms' | 'k6CpuShare' | 'company' | 'slowestMs'>

/**
 * What disturbed a probe, whatever came of it; empty when nothing did.
 * @param breaches what is not where the CPU budget puts it, a sentence each
 */
export function disturbancesOf(it: Figures, breaches: string[], objective: Objective): Disturbance[] {
  const found: [DisturbanceKind, boolean, string][] = [
    [
      'k6-late',
      it.lateP99Ms >= LATE_SHARE * objective.p99Ms,
      `k6 was late: one iteration in a hundred began ${Math.round(it.lateP99Ms)} ms or more after it was due`,
    ],
    [
      'k6-cpu',
      it.k6CpuShare > MOST_OF_K6,
      `k6 was short of CPU: it used ${percent(it.k6CpuShare)} of what it may use`,
    ],
    [
      'dropped',
      it.dropped > 0 && it.slowestMs < USERS_SUFFICE_MS,
      `k6 dropped ${it.dropped} iterations though no answer took longer than ${Math.round(it.slowestMs)} ms`,
    ],
    ['company', it.company.share >= DISTURBED, companyText(it.company)],
    ['budget', breaches.length > 0, `the CPU budget was not kept: ${breaches.join('; ')}`],
  ]
  return found.flatMap(([kind, isSo, why]) => (isSo ? [{ kind, why }] : []))
}

const percent = (share: number) => `${Math.round(share * 100)}%`
