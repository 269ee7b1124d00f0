import { planTurns } from './plan.ts'

describe('planTurns', () => {
  const order = (seed: number) =>
    planTurns(['monolith', 'services'], 3, seed)
      .map(({ stack }) => stack[0])
      .join('')

  it('turns the order round from one round to the next', () => {
    expect(order(1)).toBe('mssmms')
    expect(order(2)).toBe('smmssm')
  })

  it('gives both stacks of a round the same choices, and no others', () => {
    const turns = planTurns(['monolith', 'services'], 4, 7)
    const seeds = turns.flatMap(({ seed, warmUpSeed }) => [seed, warmUpSeed])
    expect(new Set(seeds).size).toBe(8)
    for (const { round, seed } of turns) {
      expect(turns.filter((it) => it.round === round).every((it) => it.seed === seed)).toBe(true)
    }
  })
})
