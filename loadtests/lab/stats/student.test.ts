import { student975 } from './student.ts'

describe('student975', () => {
  // From published tables of Student's t, two-sided, 95 %.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [9, 2.262],
    [29, 2.045],
    [30, 2.042],
    [40, 2.021],
    [60, 2.0],
    [120, 1.98],
    [1000, 1.962],
  ])('with %i degrees of freedom is %f', (degrees, quantile) => {
    expect(student975(degrees)).toBeCloseTo(quantile, 3)
  })

  it('falls steadily, across the end of the table too', () => {
    for (let degrees = 1; degrees < 60; degrees++) {
      expect(student975(degrees + 1)).toBeLessThan(student975(degrees))
    }
  })
})
