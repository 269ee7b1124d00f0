import { mkdir, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'

/** What the names of results begin with, or hold: `2026-11-22-185007`, in UTC. */
export const timeName = (moment: Date) =>
  moment.toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-')

/**
 * The directory for the results, made now so that a run of minutes does not end in a place where nothing can be written.
 * @param out as the user gave it; without it, the directory is `results/<name>`
 * @param report the file that the run will end with, which until then says that it has not
 * @returns its absolute path
 * @throws UserError when it cannot be written to
 */
export async function openResultDir(out: string | undefined, name: string, report: string): Promise<string> {
  const dir = out ? resolve(out) : `${projectRoot}/results/${name}`
  try {
    await mkdir(dir, { recursive: true })
    await writeFile(`${dir}/${report}`, 'The run has not ended yet.\n')
  } catch (error) {
    const reason = (error as Error).message
    throw new UserError(`--out: ${relative(process.cwd(), dir) || dir} cannot be written to: ${reason}`)
  }
  return dir
}
