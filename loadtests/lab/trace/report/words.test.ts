import type { StackName } from '../../stacks/stack.ts'
import { pairedRatio } from '../../stats/ratio.ts'
import type { TraceResult } from '../result.ts'
import { costRows } from './words.ts'

const PLAIN = [10, 10, 10, 10, 10, 10]

function told(costs: Partial<Record<StackName, number[]>>): string[] {
  const stacks = Object.entries(costs).map(([stack, traced]) => {
    const plain = PLAIN.slice(0, traced.length)
    return {
      stack,
      cost: { plainMs: plain, tracedMs: traced, ratio: pairedRatio(plain, traced) ?? null },
    }
  })
  return costRows({ stacks } as unknown as TraceResult).map((row) => row.at(-1)!)
}

describe('what tracing costs', () => {
  // On its own, p is 0.04.
  const doubtful = [10.1, 10.6, 10, 10.5, 10.1, 10.3]

  it('is told where it is clear, and else with the words that it is not', () => {
    expect(told({ monolith: [11, 11.1, 11, 10.9, 11.1, 11] })).toEqual([expect.stringMatching(/^1\.10/)])
    expect(told({ monolith: [11, 9, 10, 12, 9, 9.5] })).toEqual([expect.stringMatching(/^cannot tell: 1\.0/)])
    expect(told({ monolith: [11, 11.1, 11, 10.9] })).toEqual([expect.stringMatching(/^cannot tell: 1\.1/)])
  })

  it('is told of all stacks at once', () => {
    expect(told({ monolith: doubtful })).toEqual([expect.stringMatching(/^1\.0/)])
    expect(told({ monolith: doubtful, services: [11, 9, 10, 12, 9, 9.5] })).toEqual([
      expect.stringContaining('cannot tell'),
      expect.stringContaining('cannot tell'),
    ])
  })

  it('is left open where an order cost nothing that was counted', () => {
    expect(told({ monolith: [0, 1, 1, 1, 1, 1] })).toEqual([''])
  })
})
