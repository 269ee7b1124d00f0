import { distributionOf } from './distribution.ts'
import type { Facts, Round } from './result.ts'
import { whyOver } from './stop-rule.ts'

const facts = (options: Partial<Facts['options']> = {}, arms = ['monolith', 'services']) =>
  ({
    arms: arms.map((name) => ({ name })),
    scenario: { unit: 'settled order', latencies: [{ id: 'settled', title: 'Latency to settle' }] },
    options: { blocks: null, mostSeconds: 200, blocksPerStart: null, ...options },
  }) as Facts

/** Blocks whose services need about three times as much; `noise` is how far they lie from that. */
function blocks(
  count: number,
  { noise = 0.01, perStart = 1000, arms = ['monolith', 'services'] } = {},
): Round[] {
  return Array.from({ length: count }, (_, i) =>
    (arms.length === 1 ? [0, 0] : [0, 1, 1, 0]).map((arm, place) => {
      const times = arm === 0 ? 1 : 3 * (1 + noise * (i % 2 === 0 ? 1 : -1))
      return {
        block: i + 1,
        position: place + 1,
        start: Math.floor(i / perStart) + 1,
        arm: arms[arm],
        work: 100,
        processes: [{ name: 'app', cpuMs: 300 * times }],
        load: { latencies: { settled: distributionOf([3, 4, 5].map((ms) => ms * times)) } },
        marks: [],
      } as unknown as Round
    }),
  ).flat()
}

const RULE = { strict: false, tolerate: [] }
const at = (rounds: Round[], changes = {}) => ({
  rounds,
  elapsedSeconds: 150,
  nextSeconds: 25,
  isStartComplete: true,
  isAsked: false,
  ...changes,
})

describe('whyOver', () => {
  it('goes on until it is known, from six blocks on', () => {
    expect(whyOver(facts(), RULE, at(blocks(5)))).toBeUndefined()
    expect(whyOver(facts(), RULE, at(blocks(6)))).toBe('known')
    expect(whyOver(facts(), RULE, at(blocks(6, { noise: 0.2 })))).toBeUndefined()
  })

  it('wants more blocks where there is time for many', () => {
    const long = facts({ mostSeconds: 600 })
    expect(whyOver(long, RULE, at(blocks(6)))).toBeUndefined()
    expect(whyOver(long, RULE, at(blocks(18), { elapsedSeconds: 450 }))).toBe('known')
  })

  it('ends when the next block would take too long', () => {
    expect(whyOver(facts(), RULE, at(blocks(2), { elapsedSeconds: 180 }))).toBe('time')
  })

  it('ends when somebody wants it to, before all else', () => {
    expect(whyOver(facts(), RULE, at(blocks(1), { isAsked: true }))).toBe('asked')
  })

  it('makes as many blocks as were asked for, known or not, however long they take', () => {
    const asked = facts({ blocks: 8 })
    expect(whyOver(asked, RULE, at(blocks(7), { elapsedSeconds: 10_000 }))).toBeUndefined()
    expect(whyOver(asked, RULE, at(blocks(8, { noise: 0.5 })))).toBe('blocks')
  })

  it('counts starts of the processes where these repeat, and ends with one of them', () => {
    const full = facts({ blocksPerStart: 2 })
    const progress = (count: number, changes = {}) => at(blocks(count, { perStart: 2 }), changes)
    expect(whyOver(full, RULE, progress(6))).toBeUndefined()
    expect(whyOver(full, RULE, progress(12))).toBe('known')
    expect(whyOver(full, RULE, progress(13, { isStartComplete: false }))).toBeUndefined()
  })

  it('does not count disturbed blocks where these are to be left out', () => {
    const marks = [{ kind: 'company' as const, why: 'other programs took 20%' }]
    const rounds = blocks(6).map((it) => (it.block === 2 ? { ...it, marks } : it))
    expect(whyOver(facts(), RULE, at(rounds))).toBe('known')
    expect(whyOver(facts(), { ...RULE, strict: true }, at(rounds))).toBeUndefined()
    expect(whyOver(facts(), { strict: true, tolerate: ['company'] }, at(rounds))).toBe('known')
  })

  it('takes six blocks of a lone stack', () => {
    const alone = facts({}, ['services'])
    expect(whyOver(alone, RULE, at(blocks(5, { arms: ['services'] })))).toBeUndefined()
    expect(whyOver(alone, RULE, at(blocks(6, { arms: ['services'] })))).toBe('blocks')
  })
})
