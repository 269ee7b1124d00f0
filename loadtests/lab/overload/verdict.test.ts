import { madeUpStack } from '../../../tests/support/overload-result.ts'
import type { Load } from './result.ts'
import { faultsOf } from './verdict.ts'

const stack = () => madeUpStack('services', 100)
const withLoad = (changes: Partial<Load>) => {
  const { audit, loads } = stack()
  return { audit, loads: loads.map((load) => (load.factor === 3 ? { ...load, ...changes } : load)) }
}

describe('faultsOf', () => {
  it('finds none in a stack that refuses most, however slow or little it serves', () => {
    const { audit, loads } = stack()
    const poor = loads.map((load) => ({ ...load, held: 0.01, gaveUp: 500, refusedQuickly: 0 }))
    expect(faultsOf({ audit, loads: poor }, [])).toEqual([])
  })

  it.each<[string, Partial<Load>, RegExp]>([
    [
      'no order settles any more',
      { recovery: { orderSettledAfterMs: null, quietAfterMs: 5 } },
      /at 3 times .* no order settled within 30 s/,
    ],
    [
      'it does not come to rest',
      { recovery: { orderSettledAfterMs: 5, quietAfterMs: null } },
      /at 3 times .* under way/,
    ],
    ['an answer is of another kind', { wrong: { count: 2, examples: ['500 {}'] } }, /^2 answers .*: 500 {}$/],
    [
      'a refusal does not say when to come again',
      { refusedWithoutRetryAfter: 4 },
      /^4 answers 503 .* Retry-After$/,
    ],
  ])('says so when %s', (_, changes, sentence) => {
    expect(faultsOf(withLoad(changes), [])).toEqual([expect.stringMatching(sentence)])
  })

  it('names each check of the audit that failed, and what was wrong at the stop', () => {
    const { audit, loads } = stack()
    const checks = [...audit.checks, { name: 'I2 stock adds up', ok: false, detail: 'It does not' }]
    expect(faultsOf({ audit: { ...audit, passed: false, checks }, loads }, ['orders was killed'])).toEqual([
      'The audit failed: I2 stock adds up. It does not',
      'At the stop: orders was killed',
    ])
  })
})
