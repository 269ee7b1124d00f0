import { moneyOf, moneyText, sumOfMoney } from './money.ts'

const prices = { source: 'a test', currency: 'EUR', vcpuHour: 0.36, memoryGiBHour: 0.072 }

describe('moneyOf', () => {
  it('prices CPU time as used, and memory as held', () => {
    // 2 ms of processor an order are 2,000 s a million; half a GiB for 20 ms an order are 10,000 GiB seconds.
    const used = { cpuMs: 2_000, memoryMiB: { median: 512 } }
    const money = moneyOf(used, { windowSeconds: 20, orders: 1_000 }, prices)
    expect(money.cpu).toBeCloseTo((2_000 / 3_600) * 0.36, 6)
    expect(money.memory).toBeCloseTo((10_000 / 3_600) * 0.072, 6)
    expect(money.total).toBeCloseTo(money.cpu + money.memory, 6)
  })

  it('halves the part of memory when twice as many orders come', () => {
    const used = { cpuMs: 0, memoryMiB: { median: 512 } }
    const slow = moneyOf(used, { windowSeconds: 10, orders: 100 }, prices)
    const fast = moneyOf(used, { windowSeconds: 10, orders: 200 }, prices)
    expect(slow.memory / fast.memory).toBeCloseTo(2)
  })

  it('has no price where no order was counted', () => {
    const used = { cpuMs: 1, memoryMiB: { median: 1 } }
    expect(() => moneyOf(used, { windowSeconds: 1, orders: 0 }, prices)).toThrow('Without orders')
  })

  it('adds up', () => {
    const sum = sumOfMoney([
      { cpu: 1, memory: 2, total: 3 },
      { cpu: 10, memory: 20, total: 30 },
    ])
    expect(sum).toEqual({ cpu: 11, memory: 22, total: 33 })
    expect(sumOfMoney([])).toEqual({ cpu: 0, memory: 0, total: 0 })
  })
})

describe('moneyText', () => {
  it.each([
    [12.3, '12.30 EUR'],
    [1234.567, '1,234.57 EUR'],
    [0.00421, '0.0042 EUR'],
    [0, '0.00 EUR'],
  ])('writes %d as %s', (amount, text) => {
    expect(moneyText(amount, prices)).toBe(text)
  })
})
