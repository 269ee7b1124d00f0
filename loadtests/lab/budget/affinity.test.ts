import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { allowedCores, coresOf, parseCoreList, pinTrees } from './affinity.ts'

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

describe('pinTrees', () => {
  it('moves a process and what it started', async () => {
    const cores = await allowedCores()
    const shell = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true })
    const [line] = await once(shell.stdout, 'data')
    const pids = [shell.pid!, Number(line)]
    try {
      // Where nothing can be moved, nothing is said to have been.
      if (!cores) return expect(await allowedCores()).toBeNull()
      await pinTrees([shell.pid!], cores.slice(0, 1))
      for (const pid of pids) expect(await coresOf(pid)).toEqual(cores.slice(0, 1))
    } finally {
      process.kill(-shell.pid!)
    }
  })
})
