import { LEAST_UNITS } from './ratio.ts'
import { verdicts } from './verdicts.ts'

const judged = (value: number, p: number | null, count = 8) => ({ value, p, count })

describe('verdicts', () => {
  it('of one ratio takes its p-value as it is', () => {
    expect(verdicts([judged(1.3, 0.05)])).toEqual(['higher'])
    expect(verdicts([judged(0.7, 0.05)])).toEqual(['lower'])
    expect(verdicts([judged(1.3, 0.0501)])).toEqual(['cannot tell'])
  })

  it('of several asks the least p-value for most, and the next ones for less (Holm)', () => {
    // Against 0.05/4, 0.05/3, 0.05/2: the third fails, and with it all that come after it.
    const family = [judged(0.8, 0.03), judged(1.2, 0.01), judged(1.1, 0.031), judged(0.9, 0.016)]
    expect(verdicts(family)).toEqual(['cannot tell', 'higher', 'cannot tell', 'lower'])
    // Bonferroni would leave out the second.
    expect(verdicts([judged(1.2, 0.02), judged(1.3, 0.04)])).toEqual(['higher', 'higher'])
    expect(verdicts([judged(1.2, 0.026), judged(1.3, 0.04)])).toEqual(['cannot tell', 'cannot tell'])
  })

  it('keeps another level', () => {
    expect(verdicts([judged(1.2, 0.02)], 0.01)).toEqual(['cannot tell'])
  })

  it('cannot tell from too few pairs, however clear they look; they count in the family', () => {
    const few = judged(2, 0, LEAST_UNITS - 1)
    expect(verdicts([few, judged(2, 0.03)])).toEqual(['cannot tell', 'cannot tell'])
    expect(verdicts([few, judged(2, 0.025, LEAST_UNITS)])).toEqual(['cannot tell', 'higher'])
    expect(verdicts([judged(2, null, 1), null])).toEqual(['cannot tell', 'cannot tell'])
  })

  it('tells two of the same p-value alike, and nothing of nothing', () => {
    const twice = judged(1.4, 0.001)
    expect(verdicts([twice, twice])).toEqual(['higher', 'higher'])
    expect(verdicts([judged(1, Number.NaN)])).toEqual(['cannot tell'])
    expect(verdicts([])).toEqual([])
  })
})
