import { mkdir, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'

/**
 * The directory for the results, made now so that a run of minutes does not end in a place where nothing can be written.
 * @returns its absolute path
 * @throws UserError when it cannot be written to
 */
export async function openResultDir(out: string | undefined, startedAt: Date): Promise<string> {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')
  const dir = out ? resolve(out) : `${projectRoot}/results/bench-${time}`
  try {
    await mkdir(dir, { recursive: true })
    await writeFile(`${dir}/bench.md`, 'The run has not ended yet.\n')
  } catch (error) {
    const reason = (error as Error).message
    throw new UserError(`--out: ${relative(process.cwd(), dir) || dir} cannot be written to: ${reason}`)
  }
  return dir
}
