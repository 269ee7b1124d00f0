import { madeUpRecord, STRICT } from '../../../tests/support/compare-result.ts'
import { countBlocks } from './counting.ts'
import type { Mark } from './marks.ts'
import type { Rule } from './result.ts'

const LATE: Mark = { kind: 'k6-late', why: 'k6 was late' }
const BROKEN: Mark = { kind: 'budget', why: 'the CPU budget was not kept' }

/** Two starts of two blocks; in the second block one round has a mark. */
function counting(mark: Mark | undefined, rule: Partial<Rule> = {}) {
  const marks = ({ block, position }: { block: number; position: number }) =>
    mark && block === 2 && position === 3 ? [mark] : []
  const { facts, rounds } = madeUpRecord({ starts: 2, count: 10, marks })
  const { counted, quiet, blocks } = countBlocks(rounds, facts.arms, { ...STRICT, strict: false, ...rule })
  const numbers = (all: typeof counted) => [...new Set(all.map(({ block }) => block))]
  return { counted: numbers(counted), quiet: numbers(quiet), blocks }
}

const ALL = [1, 2, 3, 4]
const WITHOUT = [1, 3, 4]

describe('countBlocks', () => {
  it('counts all blocks that nothing was wrong with', () => {
    const blocks = { counted: 4, quiet: 4, void: 0 }
    expect(counting(undefined)).toEqual({ counted: ALL, quiet: ALL, blocks })
    expect(counting(undefined, { strict: true })).toEqual({ counted: ALL, quiet: ALL, blocks })
  })

  it('counts a disturbed block, and not among the quiet ones', () => {
    const blocks = { counted: 4, quiet: 3, void: 0 }
    expect(counting(LATE)).toEqual({ counted: ALL, quiet: WITHOUT, blocks })
  })

  it('leaves the whole block out when it is strict', () => {
    const blocks = { counted: 3, quiet: 3, void: 1 }
    expect(counting(LATE, { strict: true })).toEqual({ counted: WITHOUT, quiet: WITHOUT, blocks })
  })

  it.each([true, false])('takes what is tolerated for no disturbance (strict: %s)', (strict) => {
    const blocks = { counted: 4, quiet: 4, void: 0 }
    expect(counting(LATE, { strict, tolerate: ['k6-late'] })).toEqual({ counted: ALL, quiet: ALL, blocks })
  })

  it('never counts a block with a round that is false', () => {
    const blocks = { counted: 3, quiet: 3, void: 1 }
    expect(counting(BROKEN)).toEqual({ counted: WITHOUT, quiet: WITHOUT, blocks })
  })

  it('neither counts nor discards a block that was cut off', () => {
    const { facts, rounds } = madeUpRecord({ starts: 2, count: 10 })
    const { blocks, counted } = countBlocks(rounds.slice(0, -1), facts.arms, { ...STRICT, strict: false })
    expect(blocks).toEqual({ counted: 3, quiet: 3, void: 0 })
    expect(counted).toHaveLength(12)
  })

  it('takes two rounds of a lone stack for a block', () => {
    const { facts, rounds } = madeUpRecord({ starts: 1, stacks: ['services'], count: 10 })
    expect(countBlocks(rounds.slice(0, 3), facts.arms, STRICT).blocks.counted).toBe(1)
  })
})
