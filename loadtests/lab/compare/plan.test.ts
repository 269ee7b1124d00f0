import { planBlock } from './plan.ts'

const BOTH = ['monolith', 'services'] as const
const order = (round: number, seed: number) =>
  planBlock([...BOTH], round, seed).map(({ stack, isControl }) => (isControl ? 'control' : stack))
const rounds = Array.from({ length: 60 }, (_, i) => i + 1)

describe('planBlock', () => {
  it('measures each stack once, and the first once more', () => {
    for (const round of rounds)
      expect(order(round, 1).toSorted()).toEqual(['control', 'monolith', 'services'])
  })

  it('puts each in every place about as often, in another order for another seed', () => {
    for (const place of [0, 1, 2]) {
      const here = rounds.map((round) => order(round, 1)[place])
      for (const arm of ['control', 'monolith', 'services'])
        expect(here.filter((it) => it === arm).length).toBeGreaterThan(10)
    }
    expect(rounds.map((round) => order(round, 1))).toEqual(rounds.map((round) => order(round, 1)))
    expect(rounds.map((round) => order(round, 1))).not.toEqual(rounds.map((round) => order(round, 2)))
  })

  it('has no control for a stack alone', () => {
    expect(planBlock(['services'], 1, 1)).toMatchObject([{ stack: 'services', isControl: false }])
  })

  it('lets all of a block make the same choices, and no others', () => {
    const turns = rounds.flatMap((round) => planBlock([...BOTH], round, 7))
    expect(new Set(turns.flatMap(({ seed, warmUpSeed }) => [seed, warmUpSeed])).size).toBe(2 * rounds.length)
  })
})
