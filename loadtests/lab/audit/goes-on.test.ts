import type { Attempt, Entry } from '../faults/history/history.ts'
import { checkGoesOn, checkRefusedSoon } from './goes-on.ts'

const inForce = { from: 1_000, until: 2_000 }
const at = (sentAt: number, outcome?: Attempt['outcome']): Attempt => ({
  attempt: 1,
  sentAt,
  endedAt: sentAt + 10,
  outcome,
})
const answered = (status: number): Attempt['outcome'] => ({ kind: 'answered', status })
const read = (...attempts: Attempt[]): Entry => ({
  operation: { op: 1, atMs: 0, endpoint: 'listProducts', subject: 'ada' },
  attempts,
})
const isWell = (...attempts: Attempt[]) => checkGoesOn([read(...attempts)], ['listProducts'], inForce)[0]!.ok

describe('what goes on while a part is broken', () => {
  it.each([200, 202, 400, 404, 409, 422])('is answered, say with %i', (status) => {
    expect(isWell(at(1_500, answered(status)))).toBe(true)
  })

  it.each([500, 502, 503, 504, 429])('is not answered with %i', (status) => {
    expect(isWell(at(1_500, answered(status)))).toBe(false)
  })

  it('is neither refused nor left without an answer, and every attempt counts', () => {
    expect(isWell(at(1_500, { kind: 'failed', reason: 'ECONNREFUSED' }))).toBe(false)
    expect(isWell(at(1_500, { kind: 'unknown', reason: 'late' }))).toBe(false)
    expect(isWell(at(1_500))).toBe(false)
    expect(isWell(at(1_500, answered(503)), at(1_600, answered(200)))).toBe(false)
  })

  it('is told of the time of the fault and of the endpoints that it leaves alone', () => {
    expect(isWell(at(999, answered(503)), at(2_001, answered(503)))).toBe(true)
    expect(checkGoesOn([read(at(1_500, answered(503)))], ['getOrder'], inForce)).toEqual([
      { name: 'I8 getOrder goes on while another part is broken', ok: true, detail: '0 looked at' },
    ])
  })

  it('tells an order that is asked for again from a new one', () => {
    const order = { op: 1, atMs: 0, endpoint: 'placeOrder' as const, subject: 'ada', key: 'k' }
    const entries = [
      { operation: order, attempts: [at(1_500, answered(503))] },
      { operation: { ...order, op: 2, of: 1 }, attempts: [at(1_500, answered(202))] },
    ]
    const oks = checkGoesOn(entries, ['repeatOrder', 'placeOrder'], inForce).map(({ ok }) => ok)
    expect(oks).toEqual([true, false])
  })

  it('is told with examples', () => {
    const [check] = checkGoesOn([read(at(1_500, answered(503)))], ['listProducts'], inForce)
    expect(check!.detail).toBe('1 of 1 failed, such as 1 at 1500 ms: 503')
  })
})

describe('what cannot be served', () => {
  const took = (ms: number): Attempt => ({ ...at(1_500, answered(503)), endedAt: 1_500 + ms })
  const isWell = (...attempts: Attempt[]) => checkRefusedSoon([read(...attempts)], 'listProducts', inForce).ok

  it('is refused at once, but for a few that have a look whether it is back', () => {
    expect(isWell(took(10))).toBe(true)
    expect(isWell(took(7_000))).toBe(false)
    expect(isWell(took(7_000), ...Array.from({ length: 99 }, () => took(10)))).toBe(true)
    expect(
      isWell(...Array.from({ length: 10 }, () => took(7_000)), ...Array.from({ length: 90 }, () => took(10))),
    ).toBe(false)
  })

  it('may be waited for before that is known', () => {
    expect(isWell({ ...took(7_000), sentAt: 900 })).toBe(true)
  })
})
