import { randomNumbers } from '../random.ts'
import { findBracket } from './bracket.ts'
import { capacityOf, type Estimate } from './estimate.ts'
import { untilJudged, type Verdict } from './judge.ts'
import { repeatNearEdge, type Subject } from './repeat.ts'

const LIMITS = { first: 100, least: 10, most: 5_000 }
const FULL = { repeats: 3, halvings: 2 }
const QUICK = { repeats: 2, halvings: 1 }
const SEEDS = 300

type Simulated = {
  edge: number
  /** How far beyond the edge, as a logarithm, about one probe in four still holds. */
  blur: number
  /** The share of the probes that fail which are void: where k6 shares a processor with a stack, it is late when the stack fails. */
  voidOfFailed?: number
  /** The share of probes that are void wherever they are: another program was busy just then. */
  voidOfAll?: number
}

/** A stack whose probes hold by chance: half of them at the edge, and the fewer the further beyond. */
const simulate =
  ({ edge, blur, voidOfFailed = 0, voidOfAll = 0 }: Simulated, random: () => number) =>
  async (rate: number): Promise<Verdict> => {
    if (random() < voidOfAll) return 'void'
    if (random() < 1 / (1 + Math.exp(Math.log(rate / edge) / blur))) return 'held'
    return random() < voidOfFailed ? 'void' : 'failed'
  }

/** What the command does by default, but for the load. */
async function search(stacks: Simulated[], random: () => number, { repeats, halvings } = FULL) {
  let probes = 0
  const subjects: Subject[] = []
  for (const stack of stacks) {
    const once = simulate(stack, random)
    const probe = (rate: number) => {
      probes++
      return once(rate)
    }
    const attempt = (rate: number) => untilJudged(() => probe(rate))
    subjects.push({ probe, bracket: await findBracket(attempt, { ...LIMITS, halvings }) })
  }
  const plan = { repeats, mostAdded: 4, least: 10, most: 5_000, random, ...UNHURRIED }
  const found = (await repeatNearEdge(subjects, plan)).map((levels) => capacityOf(levels, 10))
  return { found, probes }
}

const UNHURRIED = { hasTime: () => true, isEnded: () => false }

describe('the search on a simulated stack', () => {
  it.each([
    ['a sharp edge', { blur: 0.002 }, 0.97, 0.05, 0.01],
    ['a blurred edge', { blur: 0.03 }, 0.92, 0.08, 0.01],
    ['a much blurred edge', { blur: 0.08 }, 0.9, 0.15, 0.01],
    ['void probes anywhere', { blur: 0.03, voidOfAll: 0.1 }, 0.93, 0.08, 0.01],
    ['void probes where others fail', { blur: 0.03, voidOfFailed: 0.3 }, 0.93, 0.08, 0.02],
    ['mostly void probes where others fail', { blur: 0.03, voidOfFailed: 0.6 }, 0.93, 0.1, 0.04],
    ['the same at a much blurred edge', { blur: 0.08, voidOfFailed: 0.6 }, 0.92, 0.2, 0.1],
    ['both kinds of void probes', { blur: 0.03, voidOfFailed: 0.5, voidOfAll: 0.1 }, 0.93, 0.1, 0.04],
  ])('finds %s, wherever it is, and its bounds hold it', async (_, stack, covered, within, biased) => {
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
    expect(Math.abs(bias)).toBeLessThan(biased)
  })

  it.each([
    ['a blurred edge', { blur: 0.03 }, 0.9],
    ['a much blurred edge', { blur: 0.08 }, 0.85],
    ['mostly void probes where others fail', { blur: 0.08, voidOfFailed: 0.6 }, 0.88],
  ])('holds %s between its bounds when it is quick, too', async (_, stack, covered) => {
    let inside = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = randomNumbers(seed)
      const edge = 60 * 2 ** (4 * random())
      const [it] = (await search([{ ...stack, edge }], random, QUICK)).found as [Estimate]
      if ((it.low ?? 0) <= edge && edge <= (it.high ?? Infinity)) inside++
    }
    expect(inside / SEEDS).toBeGreaterThanOrEqual(covered)
  })

  it('keeps two stacks apart, and comes to an end', async () => {
    const stacks = [
      { edge: 560, blur: 0.03 },
      { edge: 190, blur: 0.03 },
    ]
    for (let seed = 1; seed <= 50; seed++) {
      const { found, probes } = await search(stacks, randomNumbers(seed))
      found.forEach(({ perSecond }, i) => {
        expect(Math.abs(Math.log(perSecond / stacks[i]!.edge))).toBeLessThan(0.2)
      })
      expect(probes).toBeLessThan(80)
    }
  })

  it('comes to an end where nothing can be judged, and knows nothing', async () => {
    const { found, probes } = await search([{ edge: 300, blur: 0.03, voidOfAll: 1 }], randomNumbers(1))
    expect(found).toEqual([{ perSecond: 0, low: null, high: null }])
    expect(probes).toBeLessThan(50)
  })

  it('knows how much holds where nothing beyond can be judged', async () => {
    const { found } = await search([{ edge: 300, blur: 0.002, voidOfFailed: 1 }], randomNumbers(1))
    const [{ low, high }] = found as [Estimate]
    expect(low).toBeGreaterThan(250)
    expect(low).toBeLessThan(300)
    expect(high).toBeNull()
  })
})

describe('repeatNearEdge', () => {
  const plan = { repeats: 3, mostAdded: 4, least: 10, most: 5_000, ...UNHURRIED }
  const below = (limit: number, tried: number[] = []) => ({
    probe: async (rate: number): Promise<Verdict> => {
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

  it('adds nothing above when the time is over, nor beyond what may be tried', async () => {
    const random = randomNumbers(1)
    const [late] = await repeatNearEdge([below(300)], { ...plan, random, hasTime: () => false })
    expect(late!.map(({ rate }) => rate)).toEqual([200, 218, 238])
    const [low] = await repeatNearEdge([below(150)], { ...plan, random, hasTime: () => false })
    expect(low![0]).toMatchObject({ held: 3 })
    const [capped] = await repeatNearEdge([below(300)], { ...plan, random, most: 250 })
    expect(capped!.at(-1)!.rate).toBe(250)
  })

  it('notes what is void, and tries no more what cannot be judged', async () => {
    const tried: number[] = []
    const probe = async (rate: number): Promise<Verdict> => {
      tried.push(rate)
      return rate === 218 ? 'void' : 'held'
    }
    const bracket = { low: 200, high: 238 }
    const [levels] = await repeatNearEdge([{ probe, bracket }], {
      ...plan,
      random: randomNumbers(1),
      mostAdded: 0,
    })
    expect(levels).toEqual([
      { rate: 200, held: 3, of: 3, void: 0 },
      { rate: 218, held: 0, of: 0, void: 3 },
      { rate: 238, held: 3, of: 3, void: 0 },
    ])
    expect(tried.filter((rate) => rate === 218)).toHaveLength(3)
  })

  it('looks lower where the lowest rate cannot be judged, and no higher where the highest cannot', async () => {
    const probe = async (rate: number): Promise<Verdict> => (rate < 190 ? 'held' : 'void')
    const bracket = { low: 200, high: 238 }
    const [levels] = await repeatNearEdge([{ probe, bracket }], { ...plan, random: randomNumbers(1) })
    expect(levels![0]).toMatchObject({ held: 3, of: 3 })
    expect(levels!.at(-1)!.rate).toBe(238)
  })

  it('repeats the one end of a bracket that has no other', async () => {
    const random = randomNumbers(1)
    const top = { low: 400, high: null }
    const limits = { ...plan, least: 200, most: 400, random }
    const [all] = await repeatNearEdge([{ ...below(500), bracket: top }], limits)
    expect(all).toEqual([{ rate: 400, held: 3, of: 3, void: 0 }])
    const [none] = await repeatNearEdge([{ ...below(100), bracket: { low: 0, high: 200 } }], limits)
    expect(none).toEqual([{ rate: 200, held: 0, of: 3, void: 0 }])
    const [lucky] = await repeatNearEdge([{ ...below(300), bracket: top }], limits)
    expect(lucky!.map(({ rate, held }) => [rate, held])).toEqual([
      [283, 3],
      [400, 0],
    ])
  })

  it('ends after the probe under way, and keeps what it saw', async () => {
    const tried: number[] = []
    const [levels] = await repeatNearEdge([below(300, tried)], {
      ...plan,
      random: randomNumbers(1),
      isEnded: () => tried.length === 4,
    })
    expect(tried).toHaveLength(4)
    expect(levels!.reduce((sum, { of }) => sum + of, 0)).toBe(4)
  })
})
