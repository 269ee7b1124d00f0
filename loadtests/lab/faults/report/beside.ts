import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FORMAT, type OverloadResult } from '../../overload/result.ts'
import type { FaultsResult } from '../result.ts'

/** Runs of other commands, which belong into the same report. */
export type Beside = {
  overload?: OverloadResult
  /** With planted bugs. */
  planted?: FaultsResult
}

/**
 * The newest runs of other commands beside the results of a run: in the same directory, of each kind the last by name that
 * can be read.
 * @param dir the directory of the run itself
 */
export async function findBeside(dir: string): Promise<Beside> {
  const beside = dirname(dir)
  const names = (await readdir(beside).catch(() => [])).toSorted().toReversed()
  const newest = async <T extends { format: number }>(prefix: string, file: string, format: number) => {
    for (const name of names.filter((it) => it.startsWith(prefix))) {
      const result = await read<T>(`${beside}/${name}/${file}`)
      if (result?.format === format) return result
    }
    return undefined
  }
  return {
    overload: await newest<OverloadResult>('overload-', 'overload.json', FORMAT),
    planted: await newest<FaultsResult>('planted-', 'faults.json', 1),
  }
}

/** A run that has not ended has not written it. */
async function read<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined
  }
}
