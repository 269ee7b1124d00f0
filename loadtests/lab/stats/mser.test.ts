import { randomNumbers } from '../random.ts'
import { steadyFrom } from './mser.ts'

const noise = (seed: number) => {
  const random = randomNumbers(seed)
  return () => random() - 0.5
}
const series = (length: number, at: (i: number) => number) => Array.from({ length }, (_, i) => at(i))

describe('steadyFrom', () => {
  it('cuts a transient, and not much more', () => {
    const draw = noise(1)
    const cut = steadyFrom(series(1000, (i) => 5 * Math.exp(-i / 30) + draw()))!
    expect(cut).toBeGreaterThan(50)
    expect(cut).toBeLessThan(400)
  })

  it('leaves a steady series nearly whole, mostly', () => {
    const cuts = series(200, (seed) => steadyFrom(series(500, noise(seed))) ?? 500)
    expect(cuts.filter((cut) => cut <= 100).length).toBeGreaterThan(150)
  })

  it('finds that one which rises all the time does not become steady', () => {
    const draw = noise(2)
    expect(steadyFrom(series(500, (i) => i / 50 + draw()))).toBeNull()
  })

  it('takes a series whose halves hardly differ for steady, wherever its best cut lies', () => {
    const chance = noise(20)
    const values = series(100, () => chance() / 10)
    expect(steadyFrom(values)).toBeNull()
    expect(steadyFrom(values, 0.1)).toBe(0)
    const draw = noise(2)
    const rising = series(500, (i) => i / 50 + draw())
    expect(steadyFrom(rising, 0.1)).toBeNull()
  })

  it('says nothing of a handful', () => {
    expect(steadyFrom([1, 2, 3, 4])).toBeNull()
  })
})
