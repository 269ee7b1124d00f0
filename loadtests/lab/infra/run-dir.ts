import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { leashDirectory } from './leash.ts'
import { cacheDir } from './paths.ts'

const RUNS = `${cacheDir}/run`

export type RunDir = { path: string; remove(): Promise<void> }

/** A directory for the data and logs of this command, `.cache/run/<pid>-<random>`. It goes when the command goes. */
export async function createRunDir(): Promise<RunDir> {
  await removeStale()
  const path = `${RUNS}/${process.pid}-${randomBytes(4).toString('hex')}`
  const unleash = leashDirectory(path)
  await mkdir(path, { recursive: true })
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      unleash()
    },
  }
}

async function removeStale() {
  const names = await readdir(RUNS).catch(() => [])
  const stale = names.filter((name) => !isAlive(Number.parseInt(name, 10)))
  // What watched over the command that is gone may be removing it, too, so that a folder is not as empty as it was.
  await Promise.allSettled(stale.map((name) => rm(`${RUNS}/${name}`, { recursive: true, force: true })))
}

function isAlive(pid: number) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
