import {
  LENIENT,
  type Making,
  madeUpRecord,
  madeUpResult,
  STRICT,
} from '../../../tests/support/compare-result.ts'
import { judge, type Record } from './judge.ts'
import { HARD, type Mark, SOFT } from './marks.ts'

const mark = (kind: Mark['kind']): Mark => ({ kind, why: `it is about ${kind}` })

/** Five blocks on one start; so many of them are marked. */
const marked = (kind: Mark['kind'], blocks: number): Making => ({
  starts: 1,
  blocksPerStart: 5,
  count: 100,
  marks: ({ block, position }) => (block <= blocks && position === 1 ? [mark(kind)] : []),
})

describe('a round that is false', () => {
  it.each(HARD)('refuses the run, with its reason and no figures: %s', (kind) => {
    const result = madeUpResult(marked(kind, 1))
    expect(result.verdict).toEqual({ valid: false, reasons: [`monolith, block 1: it is about ${kind}`] })
    expect(result).toMatchObject({ comparison: null, omitted: [], sameTwice: [], notes: [] })
  })

  it('refuses it though its block was cut off', () => {
    const record = madeUpRecord(marked('orders', 5))
    expect(judge({ ...record, rounds: record.rounds.slice(-4, -3) }, LENIENT).verdict.valid).toBe(false)
  })
})

describe('a round that was disturbed', () => {
  it.each(SOFT)('marks the run and leaves its figures: %s', (kind) => {
    const result = madeUpResult(marked(kind, 5))
    expect(result.verdict).toEqual({ valid: true, reasons: [] })
    expect(result.comparison).not.toBeNull()
    expect(result.blocks).toEqual({ counted: 5, quiet: 0, void: 0 })
    expect(result.notes[0]).toMatch(/^Noisy: something disturbed 5 of 5 blocks/)
  })

  it.each(SOFT)('refuses it with --strict when too few blocks are left: %s', (kind) => {
    const result = madeUpResult(marked(kind, 1), {}, STRICT)
    expect(result.verdict.valid).toBe(false)
    expect(result.verdict.reasons).toEqual([
      expect.stringMatching(/^1 of 5 blocks were disturbed and do not count \(--strict\)/),
      `monolith, block 1: it is about ${kind}`,
    ])
    expect(result.comparison).toBeNull()
  })

  it.each(SOFT)('does neither where it is tolerated: %s', (kind) => {
    const result = madeUpResult(marked(kind, 5), {}, { strict: true, tolerate: [kind] })
    expect(result.verdict.valid).toBe(true)
    expect(result.blocks).toEqual({ counted: 5, quiet: 5, void: 0 })
    expect(result.notes.join()).not.toContain('Noisy')
    expect(result.notes.join()).toContain('--tolerate')
  })
})

describe('--strict', () => {
  it.each([
    [10, 5, true],
    [10, 6, false],
    [4, 0, false],
    [9, 4, true],
    [8, 4, false],
  ])('of %i blocks with %i disturbed ones, lets figures be shown: %s', (blocksPerStart, disturbed, valid) => {
    const making = { ...marked('k6-late', disturbed), blocksPerStart }
    expect(madeUpResult(making, {}, STRICT).verdict.valid).toBe(valid)
    expect(madeUpResult(making).verdict.valid).toBe(true)
  })

  it('takes fewer blocks where fewer were asked for', () => {
    const record = madeUpRecord({ ...marked('k6-late', 0), blocksPerStart: 2 })
    const options = { ...record.facts.options, blocks: 2 }
    expect(judge({ ...record, facts: { ...record.facts, options } }, STRICT).verdict.valid).toBe(true)
  })

  it('refuses a run without an audit, and one that did not stop in order', () => {
    const record = madeUpRecord({ count: 10 })
    const ending = { ...record.ending!, complaints: ['orders had to be killed'] }
    expect(judge({ ...record, audit: [], ending }, STRICT).verdict.reasons).toEqual([
      'It was not audited',
      'At a stop: orders had to be killed',
    ])
    expect(judge({ ...record, audit: [], ending }, LENIENT).verdict.valid).toBe(true)
  })

  it('does not list every round of a run that failed altogether', () => {
    const { reasons } = madeUpResult(marked('dropped', 5), {}, STRICT).verdict
    expect(reasons).toHaveLength(6)
    expect(reasons.at(-1)).toMatch(/^and 1 more of this kind/)
  })
})

describe('a run', () => {
  const record = madeUpRecord({ starts: 1, blocksPerStart: 5, count: 100 })
  const reasonsOf = (changes: Partial<Record>) => judge({ ...record, ...changes }, LENIENT).verdict.reasons

  it('is refused when a check of the audit failed, by name and detail', () => {
    const [first, ...others] = record.audit
    const checks = [{ name: 'I2 stock adds up', ok: false, detail: 'It does not' }]
    expect(reasonsOf({ audit: [{ ...first!, passed: false, checks }, ...others] })).toEqual([
      'monolith: the audit failed: I2 stock adds up. It does not',
    ])
  })

  it('is refused without a complete block', () => {
    expect(reasonsOf({ rounds: record.rounds.slice(0, 3) })).toEqual(['Not one block was completed'])
  })

  const lacking = (changes: { droppedIterations?: number; failedRequests?: number }) =>
    record.rounds.map((it) => (it.arm === 'services' ? { ...it, load: { ...it.load, ...changes } } : it))

  it.each([
    // 1,800 iterations and requests were asked for in a round.
    [{ droppedIterations: 210 }, /services: k6 did not send .* lower rate/],
    [{ failedRequests: 190 }, /services: 1900 of 18000 requests failed.*lower rate/],
  ])('is refused where a tenth is missing: %j', (changes, reason) => {
    expect(reasonsOf({ rounds: lacking(changes) })).toEqual([expect.stringMatching(reason)])
  })

  it.each([{ droppedIterations: 180 }, { failedRequests: 170 }])(
    'is not where less is missing: %j',
    (changes) => {
      expect(reasonsOf({ rounds: lacking(changes) })).toEqual([])
    },
  )

  it('has intervals over starts where there are five, and over blocks where not', () => {
    expect(madeUpResult()).toMatchObject({ intervalsOver: 'starts', units: 5, blocks: { counted: 10 } })
    expect(madeUpResult({ starts: 4 })).toMatchObject({ intervalsOver: 'blocks', units: 8 })
  })
})
