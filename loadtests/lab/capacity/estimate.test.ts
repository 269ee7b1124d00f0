import { boundsOf, capacityOf, estimateEdge, type Level } from './estimate.ts'

const levels = (...all: [rate: number, held: number, of?: number, voids?: number][]): Level[] =>
  all.map(([rate, held, of = 4, voids = 0]) => ({ rate, held, of, void: voids }))

describe('estimateEdge', () => {
  it('lies half-way, as ratios go, between the rate that always held and the one that never did', () => {
    expect(estimateEdge(levels([100, 4], [400, 0]))).toBeCloseTo(200)
  })

  it('lies on the rate that held in half of the probes', () => {
    expect(estimateEdge(levels([100, 4], [200, 2], [400, 0]))).toBeCloseTo(200)
  })

  it('weighs the shares between', () => {
    // By hand: shares 1, 3/4, 1/4, 0 at logarithms 0, 1, 2, 3 to base 2: 1/4 at 0.5, 1/2 at 1.5, 1/4 at 2.5.
    const estimate = estimateEdge(levels([100, 4], [200, 3], [400, 1], [800, 0]))
    expect(estimate).toBeCloseTo(100 * 2 ** 1.5)
    expect(estimateEdge(levels([100, 4], [200, 3], [400, 3], [800, 0]))).toBeCloseTo(100 * 2 ** 2)
  })

  it('pools shares that rise', () => {
    // With even steps, pooling would change nothing.
    const rising = estimateEdge(levels([100, 4], [200, 1], [400, 3], [1600, 0]))
    const pooled = estimateEdge(levels([100, 4], [200, 2], [400, 2], [1600, 0]))
    expect(rising).toBeCloseTo(pooled)
  })

  it('minds neither order nor levels without a probe', () => {
    const sorted = estimateEdge(levels([100, 4], [200, 2], [400, 0]))
    const mixed = levels([400, 0], [200, 2], [800, 0, 0], [100, 4])
    expect(estimateEdge(mixed)).toEqual(sorted)
  })

  it('cannot be made from nothing', () => {
    expect(() => estimateEdge(levels([100, 0, 0]))).toThrow('no probe')
  })
})

describe('boundsOf', () => {
  it.each<[string, Level[], { low: number | null; high: number | null }]>([
    ['clear-cut', levels([100, 4], [110, 4], [121, 0], [133, 0]), { low: 110, high: 121 }],
    ['mixed in the middle', levels([100, 4], [110, 3], [121, 1], [133, 0]), { low: 100, high: 133 }],
    ['open below', levels([100, 3], [110, 0]), { low: null, high: 110 }],
    ['open above', levels([100, 4], [110, 1]), { low: 100, high: null }],
    ['a low rate that failed once', levels([100, 3], [110, 4], [121, 0]), { low: null, high: 121 }],
    ['a rate not judged', levels([100, 4], [110, 0, 0], [121, 0]), { low: 100, high: 121 }],
    ['single probes', levels([100, 1, 1], [121, 0, 1]), { low: null, high: null }],
    [
      'single probes beyond others',
      levels([100, 4], [110, 1, 1], [121, 0, 1], [133, 0]),
      { low: 100, high: 133 },
    ],
    [
      'a void probe among those that held',
      levels([100, 4], [110, 4, 4, 1], [121, 0]),
      { low: 100, high: 121 },
    ],
    ['void probes among those that failed', levels([100, 4], [121, 0, 2, 5]), { low: 100, high: 121 }],
    ['void probes alone', levels([100, 0, 0, 3], [110, 4], [121, 0]), { low: null, high: 121 }],
  ])('%s', (_, found, bounds) => {
    expect(boundsOf(found)).toEqual(bounds)
  })
})

describe('capacityOf', () => {
  const nothing = { perSecond: 0, low: null, high: null }
  it.each<[string, Level[], ReturnType<typeof capacityOf>]>([
    ['held and failed', levels([100, 4], [400, 0]), { perSecond: 200, low: 100, high: 400 }],
    ['always held', levels([100, 4], [200, 4]), { perSecond: 200, low: 200, high: null }],
    [
      'held, where beyond nothing is known',
      levels([100, 4], [200, 0, 0, 9]),
      { perSecond: 100, low: 100, high: null },
    ],
    ['held once', levels([100, 1, 1]), nothing],
    ['never held, the least rate among them', levels([10, 0], [20, 0]), { perSecond: 0, low: 0, high: 10 }],
    ['never held, but lower was not tried', levels([20, 0], [40, 0]), { perSecond: 0, low: null, high: 20 }],
    ['failed once', levels([10, 0, 1]), nothing],
    ['void', levels([100, 0, 0, 9]), nothing],
    ['not tried', [], nothing],
  ])('of what %s', (_, found, capacity) => {
    const { perSecond, ...bounds } = capacityOf(found, 10)
    expect(perSecond).toBeCloseTo(capacity.perSecond)
    expect({ ...bounds, perSecond: capacity.perSecond }).toEqual(capacity)
  })
})
