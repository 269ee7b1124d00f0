import { ProblemError } from '../contract/problems.ts'
import { keyFirst } from './key-first.ts'

const never = () => new Promise<never>(() => undefined)
const nothing = async () => undefined
const busy = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' })
const fails = (error: Error) => async () => {
  throw error
}

describe('a call under a key', () => {
  it('is its work, and nothing is asked aside, when that takes no time', async () => {
    let asked = 0
    const lookUp = async () => {
      asked++
      return 'stored'
    }
    expect(await keyFirst(async () => 'made', lookUp)).toBe('made')
    await expect(keyFirst(fails(new ProblemError('unknown-product')), lookUp)).rejects.toThrow()
    await expect(keyFirst(fails(new TypeError('x is not a function')), lookUp)).rejects.toThrow(TypeError)
    expect(asked).toBe(0)
  })

  it('is what is stored, when the work hangs', async () => {
    expect(await keyFirst(never, async () => 'stored')).toBe('stored')
  })

  it.each([
    ['the database', busy],
    ['what nobody knows', new Error('odd')],
    ['another service', new ProblemError('unavailable')],
    ['time', new ProblemError('timeout')],
  ])('is what is stored, when the work fails for want of %s', async (_what, error) => {
    expect(await keyFirst(fails(error), async () => 'stored')).toBe('stored')
  })

  it('fails as its work does, when nothing is stored, or nobody can say', async () => {
    await expect(keyFirst(fails(busy), nothing)).rejects.toBe(busy)
    await expect(keyFirst(fails(busy), fails(new Error('timeout exceeded')))).rejects.toBe(busy)
  })

  it('goes on with its work, when that is slow and nothing is stored', async () => {
    const slow = () => new Promise<string>((resolve) => setTimeout(resolve, 200, 'made'))
    expect(await keyFirst(slow, nothing)).toBe('made')
  })

  it('is refused, when its key stands for something else', async () => {
    const reused = fails(new ProblemError('idempotency-key-reused'))
    await expect(keyFirst(never, reused)).rejects.toMatchObject({ problem: 'idempotency-key-reused' })
    await expect(keyFirst(fails(busy), reused)).rejects.toMatchObject({ problem: 'idempotency-key-reused' })
  })
})
