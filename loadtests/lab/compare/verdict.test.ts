import type { Result, Round } from './result.ts'
import { countedRounds, faultsOf } from './verdict.ts'

const round = (round: number, stack: string, reasons: string[] = []) =>
  ({ round, stack, void: reasons }) as unknown as Round
const audit = [{ stack: 'services' as const, passed: true, checks: [], orders: {} }]
const options = { rounds: 2 } as Result['options']

describe('countedRounds', () => {
  it('drops all of a block of which one round is void', () => {
    const rounds = [
      round(1, 'monolith'),
      round(1, 'services', ['k6 was late']),
      round(2, 'services'),
      round(2, 'monolith'),
    ]
    expect(countedRounds(rounds)).toEqual({ counted: rounds.slice(2), blocks: { counted: 1, void: 1 } })
  })
})

describe('faultsOf', () => {
  it('finds none when as many blocks count as were asked for, void ones beside them', () => {
    const rounds = [round(1, 'monolith', ['it was void']), round(2, 'monolith'), round(3, 'monolith')]
    expect(faultsOf({ rounds, audit, options })).toEqual([])
  })

  const blocks = (counted: number, voided: number) =>
    Array.from({ length: counted + voided }, (_, i) =>
      round(i + 1, 'monolith', i < voided ? ['k6 was late'] : []),
    )

  it.each([
    [10, 5, 5, []],
    [10, 5, 6, ['6 of 11 blocks are void']],
    [10, 4, 3, ['3 of 7 blocks are void']],
    [5, 5, 3, []],
    [3, 3, 2, []],
    [3, 2, 3, ['3 of 5 blocks are void']],
  ])(
    'of %i blocks that were asked for, lets %i count beside %i void ones, or not: %j',
    (rounds, counted, voided, faults) => {
      const found = faultsOf({ rounds: blocks(counted, voided), audit, options: { ...options, rounds } })
      expect(found.slice(0, 1)).toEqual(faults)
    },
  )

  it('says why when too few count', () => {
    const rounds = [round(1, 'monolith', ['k6 was late']), round(2, 'monolith')]
    expect(faultsOf({ rounds, audit, options })).toEqual([
      '1 of 2 blocks are void',
      'monolith, block 1: k6 was late',
    ])
  })

  it('names every check of the audit that failed', () => {
    const checks = [
      { name: 'I1 orders are whole', ok: true, detail: '' },
      { name: 'I2 stock adds up', ok: false, detail: 'It does not' },
    ]
    const failed = [{ stack: 'monolith' as const, passed: false, checks, orders: {} }]
    expect(
      faultsOf({ rounds: [round(1, 'monolith'), round(2, 'monolith')], audit: failed, options }),
    ).toEqual(['monolith: the audit failed: I2 stock adds up. It does not'])
  })

  it('does not list every round of a run that failed altogether', () => {
    const rounds = Array.from({ length: 10 }, (_, i) => round(i + 1, 'services', ['nothing']))
    const faults = faultsOf({ rounds, audit, options })
    expect(faults).toHaveLength(6)
    expect(faults.at(-1)).toContain('6 more')
  })
})
