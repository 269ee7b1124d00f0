import { armsOf } from './arms.ts'
import { planBlock } from './plan.ts'

const ARMS = armsOf(['monolith', 'services'])
const seeds = { work: 1, order: 1 }
const namesOf = (block: number, order = 1) =>
  planBlock(ARMS, block, { work: 1, order })
    .map(({ arm }) => arm.name[0])
    .join('')

describe('planBlock', () => {
  it('measures each arm twice, mirrored, and two blocks are the mirror image of each other', () => {
    for (let order = 1; order <= 50; order++)
      expect(new Set([namesOf(1, order), namesOf(2, order)])).toEqual(new Set(['mssm', 'smms']))
  })

  it('draws which comes first, from the seed of the order alone', () => {
    const firsts = Array.from({ length: 100 }, (_, i) => namesOf(1, i))
    expect(new Set(firsts)).toEqual(new Set(['mssm', 'smms']))
    expect(namesOf(7)).toBe(namesOf(7))
    const other = planBlock(ARMS, 1, { work: 2, order: 1 }).map(({ arm }) => arm.name[0])
    expect(other.join('')).toBe(namesOf(1))
  })

  it('lets all rounds of a block make the same choices, and no two blocks', () => {
    const seedsOf = (block: number, work = 1) =>
      new Set(planBlock(ARMS, block, { ...seeds, work }).map(({ seed }) => seed))
    const all = Array.from({ length: 100 }, (_, i) => [...seedsOf(i + 1), ...seedsOf(i + 1, 2)]).flat()
    expect(all).toHaveLength(200)
    expect(new Set(all).size).toBe(200)
  })

  it('measures a lone stack twice', () => {
    const turns = planBlock(armsOf(['services']), 3, seeds)
    expect(turns.map(({ arm, position, block }) => [arm.name, position, block])).toEqual([
      ['services', 1, 3],
      ['services', 2, 3],
    ])
  })
})
