import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Puts the Docker container that a process runs in, with all that runs there, on these cores (`0-2,4`).
 * @returns false when it runs in none, or Docker would not do it
 */
export async function pinContainerOf(pid: number, list: string): Promise<boolean> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  const id = containerIn(groups)
  if (!id) return false
  return promisify(execFile)('docker', ['update', '--cpuset-cpus', list, id]).then(
    () => true,
    () => false,
  )
}

/** The id of a container in the control groups of a process, as Docker names them with systemd and without. */
export function containerIn(groups: string): string | undefined {
  return /[/-]([0-9a-f]{64})(?:\.scope)?$/m.exec(groups)?.[1]
}
