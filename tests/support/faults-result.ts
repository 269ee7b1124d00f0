import { toMatrix } from '../../loadtests/lab/faults/matrix.ts'
import type { FaultsResult, RequestCounts, RunResult } from '../../loadtests/lab/faults/result.ts'
import { madeUpOverload } from './overload-result.ts'

/** A run that came through. */
export function madeUpRun(changes: Partial<RunResult> = {}): RunResult {
  return {
    fault: 'kill-orders',
    title: 'orders killed (SIGKILL)',
    stack: 'services',
    seed: 1,
    survived: true,
    healthyAfterMs: 840,
    load: { operations: 200, requests: 215, unanswered: 0, orders: { confirmed: 80 } },
    failed: { placeOrder: counts(80, 12, 3), getProduct: counts(60, 0, 0) },
    duplicates: 4,
    resent: 15,
    samples: { taken: 30, databaseDown: 0 },
    violations: [],
    events: [{ atMs: 1100, what: 'orders killed' }],
    history: 'kill-orders-services-1.jsonl',
    tookMs: 9000,
    ...changes,
  }
}

export const counts = (asked: number, failed: number, unknown: number): RequestCounts => ({
  asked,
  failed,
  unknown,
  share: asked === 0 ? 0 : (failed + unknown) / asked,
})

export function madeUpFaults(runs: RunResult[], changes: Partial<FaultsResult> = {}): FaultsResult {
  const { machine, project, startedAt } = madeUpOverload([])
  return {
    format: 1,
    command: 'npm run faults -- --repeat 5',
    seed: 1,
    repeat: 5,
    startedAt,
    tookSeconds: 900,
    machine,
    versions: { node: '24.0.0', postgresql: '18.4', rabbitmq: '3.10.8' },
    project,
    runs,
    matrix: toMatrix(runs),
    ...changes,
  }
}
