import type { DisturbanceKind } from './disturbances.ts'
import { capacityOf } from './estimate.ts'
import { type Failure, failuresOf } from './failures.ts'
import { untilJudged, type Verdict, verdictOf, voidsOf } from './judge.ts'
import { repeatNearEdge } from './repeat.ts'

const failure = (...explainedBy: DisturbanceKind[]): Failure => ({ kind: 'slow', why: 'slow', explainedBy })
const disturbances = (...kinds: DisturbanceKind[]) => kinds.map((kind) => ({ kind, why: kind }))

/** The verdict, and what it is void for. */
function judged(failures: Failure[], kinds: DisturbanceKind[], tolerate: DisturbanceKind[] = []) {
  const reasons = voidsOf({ failures, disturbances: disturbances(...kinds) }, tolerate)
  const verdict = verdictOf({ failures, void: reasons })
  return verdict === 'void' ? reasons.map(({ kind }) => kind).join() : verdict
}

describe('a probe', () => {
  it('holds in spite of what disturbs', () => {
    expect(judged([], [])).toBe('held')
    expect(judged([], ['k6-late', 'k6-cpu', 'dropped', 'company'])).toBe('held')
  })

  it('is void when a disturbance explains all that failed, and for that alone', () => {
    expect(judged([failure('k6-late', 'company')], ['k6-late', 'dropped'])).toBe('k6-late')
    expect(judged([failure('k6-late'), failure('dropped')], ['k6-late', 'dropped'])).toBe('k6-late,dropped')
  })

  it('fails by what no disturbance explains, whatever there was', () => {
    expect(judged([failure('k6-late')], [])).toBe('failed')
    expect(judged([failure('k6-late')], ['company'])).toBe('failed')
    expect(judged([failure()], ['k6-late', 'k6-cpu', 'dropped', 'company'])).toBe('failed')
    expect(judged([failure('k6-late'), failure()], ['k6-late'])).toBe('failed')
  })

  it('fails where what would explain it is tolerated', () => {
    expect(judged([failure('k6-late')], ['k6-late'], ['k6-late'])).toBe('failed')
    expect(judged([failure('k6-late')], ['k6-late'], ['company'])).toBe('k6-late')
  })

  it('is void when the budget was not kept, whatever came of it, unless that is tolerated', () => {
    expect(judged([], ['budget', 'company'])).toBe('budget')
    expect(judged([failure()], ['budget'])).toBe('budget')
    expect(judged([], ['budget'], ['budget'])).toBe('held')
  })
})

describe('untilJudged', () => {
  it.each<[Verdict[], Verdict, number]>([
    [['held', 'failed'], 'held', 1],
    [['failed', 'held'], 'failed', 1],
    [['void', 'void', 'held'], 'held', 3],
    [['void', 'void', 'void', 'held'], 'void', 3],
  ])('makes of %j %s, after %i', async (verdicts, verdict, tries) => {
    let tried = 0
    expect(await untilJudged(async () => verdicts[tried++]!)).toBe(verdict)
    expect(tried).toBe(tries)
  })

  it('ends after the probe under way', async () => {
    let tried = 0
    const probe = async (): Promise<Verdict> => {
      tried++
      return 'void'
    }
    expect(await untilJudged(probe, () => tried === 1)).toBe('void')
    expect(tried).toBe(1)
  })
})

/**
 * What was once published as "at least 566" from these probes of one rate: five of six broke the objective by far, four of them
 * with a k6 that was late, and those did not count.
 */
describe('six probes of a rate, of which one held', () => {
  const seen = [
    { p99Ms: 607, lateP99Ms: 93, failedRequests: 275 },
    { p99Ms: 397, lateP99Ms: 20, failedRequests: 0 },
    { p99Ms: 195, lateP99Ms: 13, failedRequests: 0 },
    { p99Ms: 1256, lateP99Ms: 74, failedRequests: 222 },
    { p99Ms: 1079, lateP99Ms: 56, failedRequests: 0 },
    { p99Ms: 369, lateP99Ms: 42, failedRequests: 0 },
  ].map(({ p99Ms, ...it }): Verdict => {
    const figures = {
      ...it,
      dropped: 0,
      failedChecks: it.failedRequests,
      answered: 2_800,
      unsettled: 0,
      slowestMs: 1_400,
    }
    const failures = failuresOf({ ...figures, settled: { p50Ms: 100, p99Ms } }, { p99Ms: 250 })
    const late = it.lateP99Ms >= 25 ? disturbances('k6-late') : []
    return verdictOf({ failures, void: voidsOf({ failures, disturbances: late }) })
  })

  it('are one that held and five that failed', () => {
    expect(seen).toEqual(['failed', 'failed', 'held', 'failed', 'failed', 'failed'])
  })

  it('bound nothing from below, in whatever order they come', async () => {
    for (let first = 0; first < seen.length; first++) {
      let next = first
      const probe = async (rate: number): Promise<Verdict> =>
        rate < 566 ? 'held' : seen[next++ % seen.length]!
      const plan = { repeats: 3, mostAdded: 0, least: 10, most: 4_000 }
      const [levels] = await repeatNearEdge([{ probe, bracket: { low: 400, high: 566 } }], {
        ...plan,
        random: () => 0,
        hasTime: () => false,
        isEnded: () => false,
      })
      expect(capacityOf(levels!, 10).low).toBe(476)
    }
  })
})
