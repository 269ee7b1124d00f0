import type { AuditResult } from '../../loadtests/lab/audit/audit-stack.ts'
import { compareWithCapacity } from '../../loadtests/lab/overload/measure.ts'
import type { Offer, OverloadResult, StackOverload } from '../../loadtests/lab/overload/result.ts'
import type { StackName } from '../../loadtests/lab/stacks/stack.ts'

/** A load of 10 s in which every order turned out good. */
export function madeUpOffer(ratePerSecond: number, changes: Partial<Offer> = {}): Offer {
  const offered = ratePerSecond * 10
  const offer = {
    ratePerSecond,
    seconds: 10,
    offered,
    notSent: 0,
    accepted: offered,
    acceptedLatency: { p50Ms: 8.2, p99Ms: 64 },
    refused: 0,
    refusedQuickly: 0,
    refusedWithoutRetryAfter: 0,
    refusedLatency: null,
    rateLimited: 0,
    soldOut: 0,
    gaveUp: 0,
    notConnected: 0,
    wrong: { count: 0, examples: [] },
    orders: { good: offered, late: 0, unsettled: 0, abandoned: 0 },
    goodputPerSecond: 0,
    cores: { stack: 0.9, k6: 0.2 },
    company: { share: 0.02, stolen: 0, programs: [] },
    ...changes,
  }
  return { ...offer, goodputPerSecond: offer.orders.good / offer.seconds }
}

/** A stack that holds some of its goodput beyond its capacity, and refuses the rest. */
export function madeUpStack(stack: StackName, capacity: number, keeps = [1, 0.97, 0.94, 0.9]): StackOverload {
  const loads = [1, 2, 3, 5].map((factor, i) => {
    const rate = capacity * factor
    const good = Math.round(capacity * 10 * keeps[i]!)
    const refused = rate * 10 - good
    const offer = madeUpOffer(rate, {
      accepted: good,
      orders: { good, late: 0, unsettled: 0, abandoned: 0 },
      refused,
      refusedQuickly: Math.floor(refused * 0.98),
      refusedLatency: refused > 0 ? { p50Ms: 12, p99Ms: 130 } : null,
    })
    return { ...offer, factor, recovery: { orderSettledAfterMs: 40 * factor, quietAfterMs: 320 * factor } }
  })
  return {
    stack,
    capacity: {
      perSecond: capacity,
      search: { perSecond: capacity, low: capacity - 10, high: capacity + 10, probes: [] },
    },
    loads: compareWithCapacity(loads, capacity),
    audit: passedAudit(stack),
    faults: [],
  }
}

const passedAudit = (stack: StackName): AuditResult => ({
  stack,
  passed: true,
  checks: [{ name: 'I1 as many orders as answers', ok: true, detail: '10 orders exist, 10 were answered' }],
  orders: { confirmed: 10 },
})

export function madeUpOverload(stacks: StackOverload[]): OverloadResult {
  return {
    format: 2,
    project: { name: 'one-shop-twice', version: '0.1.0', commit: null, dirty: null },
    startedAt: '2026-01-02T03:04:05.000Z',
    tookSeconds: 200,
    command: 'npm run overload -- --stack both --factors 1,2,3,5 --seconds 10 --seed 1',
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
    cores: { stack: [0], k6: [1] },
    versions: { node: '24.0.0', k6: '2.2.0', fastify: '5.0.0', postgresql: '18.4', rabbitmq: '3.10.8' },
    rules: {
      patienceSeconds: 2,
      settlesWithinMs: 2000,
      quickMs: 250,
      objective: { p99Ms: 250 },
      probeSeconds: 3,
      recoversWithinMs: 30_000,
    },
    stacks,
  }
}
