import { normalDraws, percentOf } from '../../../tests/support/draws.ts'
import { pairedRatio, type Ratio } from './ratio.ts'
import { fewestBlocks, isKnown } from './stopping.ts'
import { verdicts } from './verdicts.ts'

const [CPU, MEDIAN] = [0.05, 0.1]
/** Quick and full. */
const [QUICK, FULL] = [8, 12]

// Asked for once: in a test's own context, every look at a global takes many times as long.
const { exp, sqrt } = Math
const ONES = Array.from({ length: 15 }, () => 1)

describe('isKnown', () => {
  const ratio = (high: number, count = 6): Ratio => ({ value: 2, low: 4 / high, high, p: 0, count })

  it('needs every ratio to be as narrow as is wanted', () => {
    const cpu = { ratio: ratio(2.09), within: CPU }
    expect(isKnown([cpu, { ratio: ratio(2.19), within: MEDIAN }], 6)).toBe(true)
    expect(isKnown([cpu, { ratio: ratio(2.21), within: MEDIAN }], 6)).toBe(false)
    expect(isKnown([{ ratio: ratio(2.11), within: CPU }], 6)).toBe(false)
  })

  it('needs the fewest pairs, and a ratio', () => {
    expect(isKnown([{ ratio: ratio(2, 5), within: CPU }], 6)).toBe(false)
    expect(isKnown([], 6)).toBe(false)
    expect(isKnown([{ ratio: pairedRatio([1], [1])!, within: CPU }], 1)).toBe(false)
  })
})

describe('fewestBlocks', () => {
  it.each([
    [4, 4],
    [6, 6],
    [QUICK, 6],
    [FULL, 9],
    [15, 12],
  ])('of %i is %i', (most, fewest) => {
    expect(fewestBlocks(most)).toBe(fewest)
  })
})

describe('a run that stops when it knows', () => {
  // Twenty thousand runs say it to 0.3 %: two binomial standard errors.
  const RUNS = 20_000
  const SLACK = 0.3

  /** One run. @param block draws the ratios of one block, in the order of the targets */
  function runOf(block: () => number[], [fewest, most]: [number, number], withins: number[]): Ratio[] {
    const blocks: number[][] = []
    for (;;) {
      blocks.push(block())
      if (blocks.length < fewest) continue
      const ratios = withins.map(
        (_, i) =>
          pairedRatio(
            ONES.slice(0, blocks.length),
            blocks.map((it) => it[i]!),
          )!,
      )
      const targets = ratios.map((ratio, i) => ({ ratio, within: withins[i]! }))
      if (blocks.length === most || isKnown(targets, fewest)) return ratios
    }
  }

  /** How often the interval holds the true ratio, in percent, where one block's differ by so much. */
  function coverage(deviation: number, blocks: [number, number], runs = RUNS): number {
    const normal = normalDraws(1)
    return percentOf(runs, () => {
      const [ratio] = runOf(() => [exp(deviation * normal())], blocks, [CPU])
      return ratio!.low! <= 1 && ratio!.high! >= 1
    })
  }

  // From blocks so alike that the first look ends it, over the worst, to such that differ too much for any number of them.
  it.each([QUICK, FULL].flatMap((most) => [0.03, 0.075, 0.2].map((it) => [most, it] as const)))(
    'after at most %i blocks holds the true ratio in 94 to 96 of 100, where they differ by %f',
    (most, deviation) => {
      const share = coverage(deviation, [fewestBlocks(most), most])
      expect(share).toBeGreaterThan(94 - SLACK)
      expect(share).toBeLessThan(96 + SLACK)
    },
  )

  it('would hold it less often if it might stop from six blocks to fifteen', () => {
    expect(coverage(0.09, [6, 15], RUNS / 2)).toBeLessThan(93.5)
  })

  it.each([QUICK, FULL].flatMap((most) => [0, 0.8].map((it) => [most, it] as const)))(
    'after at most %i blocks finds a difference of a thing from itself in 5 of 100, in either of two measures that correlate by %f',
    (most, correlation) => {
      const normal = normalDraws(2)
      const block = () => {
        const first = normal()
        const second = correlation * first + sqrt(1 - correlation ** 2) * normal()
        return [exp(0.075 * first), exp(0.075 * second)]
      }
      const share = percentOf(RUNS / 2, () =>
        verdicts(runOf(block, [fewestBlocks(most), most], [CPU, MEDIAN])).some((it) => it !== 'cannot tell'),
      )
      expect(share).toBeLessThan(5.5)
      expect(share).toBeGreaterThan(3.5)
    },
  )
})
