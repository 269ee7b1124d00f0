import { backoff } from './backoff.ts'

const limits = { first: 100, most: 2_000 }

describe('the delay before a retry', () => {
  it.each([
    [0, 100],
    [1, 200],
    [4, 1_600],
    [5, 2_000],
    [5_000, 2_000],
  ])('after %i failures more is anything below %i ms', (attempt, most) => {
    const delays = Array.from({ length: 2_000 }, () => backoff(attempt, limits))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...delays)).toBeLessThan(most)
    // All of the range is used: what failed together comes back apart.
    expect(Math.min(...delays)).toBeLessThan(most * 0.05)
    expect(Math.max(...delays)).toBeGreaterThan(most * 0.95)
  })
})
