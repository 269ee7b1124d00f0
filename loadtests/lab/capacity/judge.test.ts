import { failuresOf, voidsOf } from './judge.ts'
import { isJudged, untilJudged, type Verdict, verdictOf } from './probe.ts'

const objective = { p99Ms: 250 }
const good = {
  settled: { p50Ms: 12, p99Ms: 249.9 },
  dropped: 0,
  failedRequests: 0,
  failedChecks: 0,
  answered: 500,
  unsettled: 0,
}
const calm = {
  dropped: 0,
  failedRequests: 0,
  lateP99Ms: 3,
  k6CpuShare: 0.4,
  otherCpuShare: 0.02,
  slowestMs: 300,
  breaches: [] as string[],
}

describe('failuresOf', () => {
  it('is nothing while all is within the objective', () => {
    expect(failuresOf(good, objective)).toEqual([])
  })

  it.each<[string, Partial<typeof good>, string]>([
    ['the slow ones', { settled: { p50Ms: 12, p99Ms: 250 } }, 'p99 was 250 ms and not under 250 ms'],
    ['what went unsent', { dropped: 4 }, '4 orders went unsent'],
    ['what failed', { failedRequests: 1 }, '1 requests failed'],
    ['wrong answers', { failedChecks: 2 }, '2 answers'],
    ['what did not settle', { unsettled: 3 }, '3 orders did not settle'],
    ['that nothing happened', { answered: 0 }, 'no order settled'],
  ])('tells of %s', (_, changes, words) => {
    expect(failuresOf({ ...good, ...changes }, objective)).toEqual([expect.stringContaining(words)])
  })

  it('tells that nobody saw an order settle', () => {
    expect(failuresOf({ ...good, settled: null }, objective)).toHaveLength(1)
  })
})

describe('voidsOf', () => {
  it('is nothing when k6 was on time and alone', () => {
    expect(voidsOf(calm, objective)).toEqual([])
  })

  it.each<[string, Partial<typeof calm>, string]>([
    ['k6 was late', { lateP99Ms: 25 }, 'k6 was late: one iteration in a hundred began 25 ms'],
    ['k6 was short of CPU', { k6CpuShare: 0.81 }, 'used 81%'],
    ['k6 dropped though all were answered soon', { dropped: 3 }, 'k6 dropped 3'],
    ['the budget was not kept', { breaches: ['orders is astray'] }, 'not kept: orders is astray'],
    ['others disturbed', { otherCpuShare: 0.1 }, 'other programs took 10%'],
  ])('tells that %s', (_, changes, words) => {
    expect(voidsOf({ ...calm, ...changes }, objective)).toEqual([expect.stringContaining(words)])
  })

  it('leaves out what is tolerated', () => {
    const all = { ...calm, lateP99Ms: 90, otherCpuShare: 0.5 }
    expect(voidsOf(all, objective)).toHaveLength(2)
    expect(voidsOf(all, objective, ['company'])).toEqual([expect.stringContaining('k6 was late')])
    expect(voidsOf(all, objective, ['company', 'k6-late'])).toEqual([])
  })

  it('blames the stack for what k6 dropped while it waited for answers', () => {
    expect(voidsOf({ ...calm, dropped: 3, slowestMs: 1_900 }, objective)).toEqual([])
    expect(voidsOf({ ...calm, dropped: 3, failedRequests: 1 }, objective)).toEqual([])
  })
})

describe('verdictOf', () => {
  it.each([
    [[], [], 'held'],
    [['slow'], [], 'failed'],
    [[], ['late'], 'void'],
    [['slow'], ['late'], 'void'],
  ])('of failures %j and reasons %j is %s', (failures, reasons, verdict) => {
    expect(verdictOf({ failures, void: reasons })).toBe(verdict)
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
})

describe('isJudged', () => {
  const probe = (ratePerSecond: number, reasons: string[]) => ({
    ratePerSecond,
    failures: ['slow'],
    void: reasons,
  })

  it('is so by one probe of the rate that is not void', () => {
    expect(isJudged([probe(800, ['k6 was late']), probe(800, [])], 800)).toBe(true)
  })

  it('is not so by void probes, nor by those of other rates', () => {
    expect(isJudged([probe(800, ['k6 was late']), probe(400, [])], 800)).toBe(false)
  })
})
