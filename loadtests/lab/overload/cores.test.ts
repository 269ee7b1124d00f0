import { parseCoreList, splitCores } from './cores.ts'

describe('parseCoreList', () => {
  it.each([
    ['', []],
    ['3', [3]],
    ['0-1', [0, 1]],
    ['0-2,5,8-9', [0, 1, 2, 5, 8, 9]],
  ])('reads %j', (text, cores) => {
    expect(parseCoreList(text)).toEqual(cores)
  })
})

describe('splitCores', () => {
  it('gives no core to both, or shares all', async () => {
    const cores = await splitCores()
    const all = cores ? [...cores.stack, ...cores.k6] : []
    expect(new Set(all).size).toBe(all.length)
    for (const part of cores ? [cores.stack, cores.k6] : []) expect(part.length).toBeGreaterThan(0)
  })
})
