import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { dockerEnvironment } from '../infra/docker-client.ts'

/**
 * Puts the Docker container that a process runs in, with all that runs there, on these cores (`0-2,4`).
 * @returns false when it runs in none, or Docker would not do it
 */
export async function pinContainerOf(pid: number, list: string): Promise<boolean> {
  const id = containerOf(pid)
  if (!id) return false
  const args = ['update', '--cpuset-cpus', list, id]
  return promisify(execFile)('docker', args, { env: dockerEnvironment() }).then(
    () => true,
    () => false,
  )
}

/** The id of the Docker container that a process runs in; undefined when it runs in none, or has ended. */
export function containerOf(pid: number): string | undefined {
  try {
    return containerIn(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))
  } catch {
    return undefined
  }
}

/** The id of a container in the control groups of a process, as Docker names them with systemd and without. */
export function containerIn(groups: string): string | undefined {
  return /[/-]([0-9a-f]{64})(?:\.scope)?$/m.exec(groups)?.[1]
}
