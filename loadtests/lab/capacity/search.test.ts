import { randomNumbers } from '../random.ts'
import { findBracket } from './bracket.ts'
import { type Estimate, estimateEdge } from './estimate.ts'
import { untilJudged, type Verdict } from './probe.ts'
import { repeatNearEdge } from './repeat.ts'

const LIMITS = { first: 100, least: 10, most: 5_000, halvings: 2 }
const SEEDS = 300

type Simulated = { edge: number; blur: number; share: number }

/**
 * A stack whose probes hold by chance: half of them at the edge, and the fewer the further beyond.
 * @param blur how far beyond the edge, as a logarithm, about one probe in four still holds
 * @param share of probes that are void
 */
const simulate =
  ({ edge, blur, share }: Simulated, random: () => number) =>
  async (rate: number): Promise<Verdict> => {
    if (random() < share) return 'void'
    return random() < 1 / (1 + Math.exp(Math.log(rate / edge) / blur)) ? 'held' : 'failed'
  }

/** What the command does by default, but for the load. */
async function search(stacks: Simulated[], random: () => number) {
  let probes = 0
  const subjects = []
  for (const stack of stacks) {
    const once = simulate(stack, random)
    const attempt = (rate: number) =>
      untilJudged(() => {
        probes++
        return once(rate)
      })
    const { low, high } = await findBracket(attempt, LIMITS)
    subjects.push({ attempt, bracket: { low, high: high! } })
  }
  const plan = { repeats: 3, mostAdded: 4, least: 10, most: 5_000, random, hasTime: () => true }
  return { found: (await repeatNearEdge(subjects, plan)).map(estimateEdge), probes }
}

describe('the search on a simulated stack', () => {
  it.each([
    ['a sharp edge', { blur: 0.002, share: 0 }, 0.97, 0.05],
    ['a blurred edge', { blur: 0.03, share: 0 }, 0.88, 0.08],
    ['a much blurred edge', { blur: 0.08, share: 0 }, 0.88, 0.15],
    ['void probes', { blur: 0.03, share: 0.1 }, 0.88, 0.08],
  ])('finds %s, wherever it is, and its bounds hold it', async (_, stack, covered, within) => {
    let inside = 0
    const errors: number[] = []
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = randomNumbers(seed)
      const edge = 60 * 2 ** (4 * random())
      const [it] = (await search([{ ...stack, edge }], random)).found as [Estimate]
      if ((it.low ?? 0) <= edge && edge <= (it.high ?? Infinity)) inside++
      errors.push(Math.log(it.perSecond / edge))
    }
    const near = errors.filter((it) => Math.abs(it) <= within).length
    const bias = errors.reduce((sum, it) => sum + it, 0) / SEEDS
    expect(inside / SEEDS).toBeGreaterThanOrEqual(covered)
    expect(near / SEEDS).toBeGreaterThanOrEqual(0.9)
    expect(Math.abs(bias)).toBeLessThan(0.01)
  })

  it('keeps two stacks apart, and comes to an end', async () => {
    const stacks = [
      { edge: 560, blur: 0.03, share: 0 },
      { edge: 190, blur: 0.03, share: 0 },
    ]
    for (let seed = 1; seed <= 50; seed++) {
      const { found, probes } = await search(stacks, randomNumbers(seed))
      found.forEach(({ perSecond }, i) => {
        expect(Math.abs(Math.log(perSecond / stacks[i]!.edge))).toBeLessThan(0.2)
      })
      expect(probes).toBeLessThan(80)
    }
  })
})

describe('repeatNearEdge', () => {
  const plan = { repeats: 3, mostAdded: 4, least: 10, most: 5_000, hasTime: () => true }
  const below = (limit: number, tried: number[] = []) => ({
    attempt: async (rate: number): Promise<Verdict> => {
      tried.push(rate)
      return rate <= limit ? 'held' : 'failed'
    },
    bracket: { low: 200, high: 238 },
  })

  it('tries every rate as often, in an order that the seed decides', async () => {
    const orders = [1, 1, 2].map(async (seed) => {
      const tried: number[] = []
      await repeatNearEdge([below(210, tried)], { ...plan, random: randomNumbers(seed) })
      return tried
    })
    const [one, again, other] = await Promise.all(orders)
    expect(one).toEqual(again)
    expect(one).not.toEqual(other)
    expect(one!.toSorted()).toEqual([200, 200, 200, 218, 218, 218, 238, 238, 238])
  })

  it('goes on below a bracket that was too high, and above one that was too low', async () => {
    const random = randomNumbers(1)
    const [tooHigh] = await repeatNearEdge([below(150)], { ...plan, random })
    expect(tooHigh![0]).toMatchObject({ held: 3 })
    expect(tooHigh![0]!.rate).toBeLessThanOrEqual(150)
    const [tooLow] = await repeatNearEdge([below(300)], { ...plan, random })
    expect(tooLow!.at(-1)).toMatchObject({ held: 0 })
    expect(tooLow!.at(-1)!.rate).toBeGreaterThan(300)
  })

  it('adds nothing when the time is over, nor beyond what may be tried', async () => {
    const random = randomNumbers(1)
    const [late] = await repeatNearEdge([below(150)], { ...plan, random, hasTime: () => false })
    expect(late!.map(({ rate }) => rate)).toEqual([200, 218, 238])
    const [capped] = await repeatNearEdge([below(300)], { ...plan, random, most: 250 })
    expect(capped!.at(-1)!.rate).toBe(250)
  })

  it('does not count what is void', async () => {
    const attempt = async (rate: number): Promise<Verdict> => (rate === 218 ? 'void' : 'held')
    const bracket = { low: 200, high: 238 }
    const [levels] = await repeatNearEdge([{ attempt, bracket }], {
      ...plan,
      random: randomNumbers(1),
      mostAdded: 0,
    })
    expect(levels).toEqual([
      { rate: 200, held: 3, of: 3 },
      { rate: 238, held: 3, of: 3 },
    ])
  })
})
