import { duplicateSku, totalCents } from './order-lines.ts'

const line = (quantity: number, unitPriceCents: number) => ({ sku: 'A', name: 'A', quantity, unitPriceCents })

describe('the total of an order', () => {
  it('is the sum of quantity times price', () => {
    expect(totalCents([line(2, 1_250), line(3, 99)])).toBe(2_797)
  })

  it('is exact at the contract’s limits', () => {
    expect(totalCents(Array.from({ length: 20 }, () => line(1_000, 100_000_000)))).toBe(2_000_000_000_000)
  })

  it('is nothing without lines', () => expect(totalCents([])).toBe(0))
})

describe('a SKU in two lines', () => {
  const lines = (...skus: string[]) => skus.map((sku) => ({ sku, quantity: 1 }))

  it('is found wherever it stands', () => {
    expect(duplicateSku(lines('A', 'B', 'A'))).toBe('A')
    expect(duplicateSku(lines('B', 'A', 'A'))).toBe('A')
  })

  it('is not seen where SKUs only resemble each other', () => {
    expect(duplicateSku(lines('A', 'A-1', 'A1', '__PROTO__', 'CONSTRUCTOR'))).toBeUndefined()
  })
})
