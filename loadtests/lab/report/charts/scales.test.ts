import { linearTicks, logTicks, percentilePosition, tickText } from './scales.ts'
import { spread } from './spread.ts'

const shown = (ticks: number[]) => ticks.map((tick) => tickText(10 ** tick))

describe('logTicks', () => {
  it('holds the range between two steps', () => {
    expect(shown(logTicks(3, 70).ticks)).toEqual(['2', '5', '10', '20', '50', '100'])
  })

  it('ends at a value that is a step itself', () => {
    expect(shown(logTicks(1, 10).ticks)).toEqual(['1', '2', '5', '10'])
  })

  it('takes fewer steps when there is no room', () => {
    expect(shown(logTicks(0.6, 90, 5).ticks)).toEqual(['0.1', '1', '10', '100'])
  })
})

describe('linearTicks', () => {
  it.each([
    [4.3, ['0', '2', '4', '6']],
    [97, ['0', '25', '50', '75', '100']],
    [0.05, ['0', '0.02', '0.04', '0.06']],
  ])('reaches %f in round steps', (most, labels) => {
    expect(linearTicks(most).ticks.map(tickText)).toEqual(labels)
  })
})

describe('percentilePosition', () => {
  it('gives each nine the same room', () => {
    expect(percentilePosition(99) - percentilePosition(90)).toBeCloseTo(1, 12)
    expect(percentilePosition(99.9) - percentilePosition(99)).toBeCloseTo(1, 9)
  })
})

describe('spread', () => {
  it('leaves labels that have room', () => {
    expect(spread([300, 200, 100], 17, 320)).toEqual([300, 200, 100])
  })

  it('moves those that would overlap', () => {
    expect(spread([319, 315, 290], 17, 310)).toEqual([310, 293, 276])
  })
})
