import type { AuditResult } from '../../loadtests/lab/audit/audit-stack.ts'
import { capacityOf } from '../../loadtests/lab/capacity/estimate.ts'
import { failuresOf } from '../../loadtests/lab/capacity/failures.ts'
import type { Probe } from '../../loadtests/lab/capacity/probe.ts'
import { levelsOf } from '../../loadtests/lab/capacity/rates.ts'
import { type CapacityResult, ratioOf, type StackCapacity } from '../../loadtests/lab/capacity/result.ts'
import type { StackName } from '../../loadtests/lab/stacks/stack.ts'

const objective = { p99Ms: 250 }

/** A probe of a stack whose p99 is the objective at its capacity, and rises steeply there. */
export function madeUpProbe(
  stack: StackName,
  capacity: number,
  rate: number,
  changes: Partial<Probe> = {},
): Probe {
  const load = rate / capacity
  const p99Ms = 25 / Math.max(0.005, 1.1 - load)
  const probe: Probe = {
    stack,
    phase: 'repeat',
    ratePerSecond: rate,
    seconds: 5,
    seed: 1_000,
    startedAt: '2026-01-02T03:04:05.000Z',
    settled: { p50Ms: p99Ms / 8, p99Ms },
    accepted: { p50Ms: p99Ms / 10, p99Ms: p99Ms / 2 },
    dropped: 0,
    failedRequests: 0,
    failedChecks: 0,
    answered: rate * 5,
    unsettled: 0,
    cores: { apps: Math.min(1, load), servers: 0.6 * load, k6: 0.2 * load },
    cpuMsPerOrder: { apps: (1000 * Math.min(1, load)) / rate, servers: 600 / capacity },
    lateP99Ms: 2,
    k6CpuShare: 0.2 * load,
    company: { share: 0.02, stolen: 0, programs: [] },
    slowestMs: p99Ms * 2,
    failures: [],
    disturbances: [],
    void: [],
    ...changes,
  }
  return { ...probe, failures: failuresOf(probe, objective) }
}

/** A stack that was searched for its capacity. */
export function madeUpCapacity(stack: StackName, capacity: number): StackCapacity {
  const rates = [0.25, 0.5, 0.92, 1.01, 1.12].map((share) => Math.round(capacity * share))
  const probes = rates.flatMap((rate) =>
    [1, 1.02, 0.98].map((luck) => madeUpProbe(stack, capacity * luck, rate)),
  )
  return { stack, ...capacityOf(levelsOf({ probes }), 10), probes, audit: passedAudit(stack) }
}

const passedAudit = (stack: StackName): AuditResult => ({
  stack,
  passed: true,
  checks: [{ name: 'I1 as many orders as answers', ok: true, detail: '10 orders exist, 10 were answered' }],
  orders: { confirmed: 10 },
})

export function madeUpCapacities(stacks: StackCapacity[]): CapacityResult {
  return {
    format: 2,
    project: { name: 'one-shop-twice', version: '0.1.0', commit: null, dirty: null },
    startedAt: '2026-01-02T03:04:05.000Z',
    tookSeconds: 200,
    command: 'npm run capacity -- --stack both --objective 250ms --seed 1',
    seed: 1,
    machine: {
      cpu: 'Some Processor',
      cores: 2,
      memoryMiB: 8192,
      os: 'Some System',
      kernel: '6.1',
      architecture: 'x64',
      threadsPerCore: 2,
      governor: null,
    },
    budget: {
      kind: 'fair',
      how: 'CPU affinity: one core each.',
      cores: { apps: [0], rest: [1], k6: [1], idle: [] },
    },
    versions: { node: '24.0.0', k6: '2.2.0', fastify: '5.0.0', postgresql: '18.4', rabbitmq: null },
    objective,
    rules: {
      seconds: 5,
      repeats: 3,
      mostOfK6: 0.8,
      lateShare: 0.1,
      disturbed: 0.05,
      tolerate: [],
      strict: false,
    },
    stacks,
    endedByHand: false,
    ratio: ratioOf(stacks),
    faults: [],
    refusals: [],
  }
}
