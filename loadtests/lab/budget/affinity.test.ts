import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { promisify } from 'node:util'
import { allowedCores, coresOf, niceTrees, parseCoreList, pinTrees } from './affinity.ts'

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

/** A process, and one that it started, for as long as `use` takes. */
async function withTree(use: (root: number, pids: number[]) => Promise<void>) {
  const shell = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true })
  const [line] = await once(shell.stdout, 'data')
  try {
    await use(shell.pid!, [shell.pid!, Number(line)])
  } finally {
    process.kill(-shell.pid!)
  }
}

describe('allowedCores', () => {
  it('are the same after this process has put itself on one of them', async () => {
    const script = `
      const { allowedCores, pin } = await import('${import.meta.dirname}/affinity.ts')
      const before = await allowedCores()
      if (before) await pin(process.pid, before.slice(-1))
      console.log(JSON.stringify([before, await allowedCores()]))`
    const args = ['--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const [before, after] = JSON.parse(stdout)
    expect(after).toEqual(before)
  })
})

describe('pinTrees', () => {
  it('moves a process and what it started', async () => {
    const cores = await allowedCores()
    // Where nothing can be moved, nothing is said to have been.
    if (!cores) return expect(await allowedCores()).toBeNull()
    await withTree(async (root, pids) => {
      await pinTrees([root], cores.slice(0, 1))
      for (const pid of pids) expect(await coresOf(pid)).toEqual(cores.slice(0, 1))
    })
  })
})

describe('niceTrees', () => {
  it('lets a process and what it started wait for others', async () => {
    const cores = await allowedCores()
    if (!cores) return expect(await allowedCores()).toBeNull()
    await withTree(async (root, pids) => {
      await niceTrees([root], 7)
      expect(pids.map((pid) => getPriority(pid))).toEqual([7, 7])
    })
  })
})
