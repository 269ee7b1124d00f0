import { sum } from 'simple-statistics'
import type { Company } from '../sample/window.ts'
import type { Disturbance } from './disturbances.ts'
import type { Failure } from './failures.ts'

/** What a stack must keep to, so that a rate holds. */
export type Objective = {
  /** 99 of 100 orders of which somebody waits for the settling settle in less, in milliseconds. */
  p99Ms: number
}

/** Why a rate was tried: to warm the stack up, to find where the edge is about, or to see how often it holds near there. */
export type Phase = 'warm-up' | 'bracket' | 'repeat'

/** A latency in milliseconds; null where there was nothing to measure. */
export type Latency = { p50Ms: number; p99Ms: number } | null

/** CPU time of a stack for each order that settled, in milliseconds: of its Node processes, and of its servers. */
export type CpuPerOrder = { apps: number; servers: number }

/** One rate, offered once for some seconds. */
export type Probe = {
  stack: string
  phase: Phase
  ratePerSecond: number
  seconds: number
  seed: number
  startedAt: string
  /** From the moment at which an order was due, of a buyer who waits, until the answer that it has settled. */
  settled: Latency
  accepted: Latency
  /** Orders that were due and that k6 did not send. */
  dropped: number
  failedRequests: number
  failedChecks: number
  /** Orders whose answer said that they exist. */
  answered: number
  /** Of these, not settled when the stack was at rest again, or after 30 s. */
  unsettled: number
  /** CPU seconds for each second of load, from before k6 started until the stack was at rest. */
  cores: { apps: number; servers: number; k6: number }
  /** From the same; what was spent on orders that were refused counts in. Null where none settled. */
  cpuMsPerOrder: CpuPerOrder | null
  /** How late k6 started the latest of a hundred iterations, in milliseconds. The latencies above include it. */
  lateP99Ms: number
  /** CPU time that k6 used, its start among it, as a share of what its cores have in the seconds of load. */
  k6CpuShare: number
  /** What others took of the machine meanwhile. */
  company: Company
  /** The slowest answer of all, in milliseconds from when k6 asked. */
  slowestMs: number
  /** Why the stack did not hold the rate; empty when it did. */
  failures: Failure[]
  /** What disturbed, whatever came of it. */
  disturbances: Disturbance[]
  /** Those of them for which the probe says nothing; empty when it does say something. */
  void: Disturbance[]
}

/** The orders that probes asked for: any request that failed may have been one. */
export const countsOf = (probes: Pick<Probe, 'answered' | 'failedRequests'>[]) => ({
  answered: sum(probes.map(({ answered }) => answered)),
  lost: sum(probes.map(({ failedRequests }) => failedRequests)),
})
