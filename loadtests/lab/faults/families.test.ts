import { toFamilies } from './families.ts'
import { spread, toMatrix } from './matrix.ts'
import type { RunResult } from './result.ts'

const run = (fault: string, changes: Partial<RunResult> = {}): RunResult => ({
  fault,
  title: `title of ${fault}`,
  stack: 'services',
  seed: 1,
  survived: true,
  healthyAfterMs: 100,
  load: { operations: 1, requests: 1, unanswered: 0, orders: {} },
  failed: { placeOrder: { asked: 10, failed: 1, unknown: 0, share: 0.1 } },
  duplicates: 0,
  resent: 0,
  samples: { taken: 1, databaseDown: 0 },
  violations: [],
  events: [],
  history: '',
  tookMs: 1,
  ...changes,
})
const familiesOf = (runs: RunResult[]) => toFamilies(toMatrix(runs), runs, spread)

describe('kinds of faults', () => {
  it('bring faults of one kind and all of their runs together, each stack for itself', () => {
    const runs = [
      run('kill-orders', { healthyAfterMs: 300 }),
      run('kill-orders', {
        healthyAfterMs: 900,
        failed: { getOrder: { asked: 30, failed: 0, unknown: 3, share: 0.1 } },
      }),
      run('kill-gateway', { healthyAfterMs: null, survived: false, violations: ['a', 'b'] }),
      run('kill-monolith', { stack: 'monolith' }),
    ]
    expect(familiesOf(runs)).toEqual([
      {
        title: 'a process killed, at a random moment',
        faults: 3,
        stacks: {
          services: {
            runs: 3,
            survived: 2,
            violations: 2,
            healthyAfterMs: { median: 600, worst: 900 },
            failedShare: 5 / 50,
          },
          monolith: {
            runs: 1,
            survived: 1,
            violations: 0,
            healthyAfterMs: { median: 100, worst: 100 },
            failedShare: 0.1,
          },
        },
      },
    ])
  })

  it('leave out no fault: one of no kind is a kind of its own', () => {
    const families = familiesOf([run('odd', { failed: {}, healthyAfterMs: null }), run('link-x')])
    expect(families.map(({ title }) => title)).toEqual([
      'title of odd',
      'a link slow, cut, or open and silent, for good or for a while',
    ])
    expect(families[0]!.stacks.services).toMatchObject({ healthyAfterMs: null, failedShare: 0 })
  })
})
