import { disturbancesOf } from './disturbances.ts'

const objective = { p99Ms: 250 }
const company = (share: number) => ({ share, stolen: 0, programs: [{ name: 'chrome', share }] })
const calm = { dropped: 0, lateP99Ms: 24, k6CpuShare: 0.8, company: company(0.04), slowestMs: 300 }

describe('disturbancesOf', () => {
  it('is nothing when k6 was on time and alone', () => {
    expect(disturbancesOf(calm, [], objective)).toEqual([])
  })

  it.each<[string, Partial<typeof calm>, string, string]>([
    ['k6 was late', { lateP99Ms: 25 }, 'k6-late', 'one iteration in a hundred began 25 ms'],
    ['k6 was short of CPU', { k6CpuShare: 0.81 }, 'k6-cpu', 'used 81%'],
    ['k6 dropped though all were answered soon', { dropped: 3 }, 'dropped', 'k6 dropped 3'],
    ['others were busy', { company: company(0.11) }, 'company', 'chrome 11%'],
  ])('tells that %s', (_, changes, kind, words) => {
    const found = disturbancesOf({ ...calm, ...changes }, [], objective)
    expect(found).toEqual([{ kind, why: expect.stringContaining(words) }])
  })

  it('tells what is not where it belongs', () => {
    const found = disturbancesOf(calm, ['orders is astray'], objective)
    expect(found).toEqual([{ kind: 'budget', why: 'the CPU budget was not kept: orders is astray' }])
  })

  it('does not blame k6 for what it dropped while it waited for answers', () => {
    expect(disturbancesOf({ ...calm, dropped: 3, slowestMs: 1_900 }, [], objective)).toEqual([])
  })
})
