import { findBracket } from './bracket.ts'
import type { Verdict } from './judge.ts'

const limits = { first: 100, least: 10, most: 5_000, halvings: 2 }

/** Holds up to a rate. @param hiccups how often a rate fails first that would hold */
const holding = (limit: number, tried: number[] = [], hiccups: Record<number, number> = {}) => {
  const left = { ...hiccups }
  return async (rate: number): Promise<Verdict> => {
    tried.push(rate)
    if ((left[rate] ?? 0) > 0) {
      left[rate]!--
      return 'failed'
    }
    return rate <= limit ? 'held' : 'failed'
  }
}

describe('findBracket', () => {
  it('doubles until a rate fails twice, then bisects on a scale of ratios', async () => {
    const tried: number[] = []
    expect(await findBracket(holding(330, tried), limits)).toEqual({ low: 283, high: 336 })
    expect(tried).toEqual([100, 200, 400, 400, 283, 336])
  })

  it('does not stop at a rate that fails once', async () => {
    const bracket = await findBracket(holding(330, [], { 200: 1 }), limits)
    expect(bracket).toEqual({ low: 283, high: 336 })
  })

  it('looks below the first rate', async () => {
    expect(await findBracket(holding(30), limits)).toEqual({ low: 30, high: 35 })
  })

  it('takes a rate that cannot be judged for one that does not hold', async () => {
    const attempt = async (rate: number): Promise<Verdict> => (rate > 330 ? 'void' : 'held')
    expect(await findBracket(attempt, limits)).toEqual({ low: 283, high: 336 })
  })

  it('says so when not even the least rate holds', async () => {
    expect(await findBracket(holding(0), limits)).toEqual({ low: 0, high: 10 })
  })

  it('says so when every rate holds', async () => {
    expect(await findBracket(holding(9_999), limits)).toEqual({ low: 5_000, high: null })
  })

  it('ends where no whole rate lies between', async () => {
    expect(await findBracket(holding(11), { ...limits, first: 11, halvings: 9 })).toEqual({
      low: 11,
      high: 12,
    })
  })
})
