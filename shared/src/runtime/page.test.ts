import { pageOf } from './page.ts'

const key = (row: number) => `k${row}`

describe('a page', () => {
  it('has a next one when a row more came back than was asked for', () => {
    expect(pageOf([1, 2, 3], 2, key)).toEqual({ items: [1, 2], next: 'k2' })
  })

  it.each([[[1, 2]], [[1]], [[]]])('of %j is the last', (rows) => {
    expect(pageOf(rows, 2, key)).toEqual({ items: rows, next: null })
  })
})
