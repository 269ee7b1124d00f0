import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { dockerVariables, ownEnvironment } from './environment.ts'

let found: string | undefined

/**
 * The environment of `docker`. Its PATH begins where one is that runs: a version manager may have put another there first, which
 * only says that no version is set.
 * @param more for docker-compose.yml, or for a container that is told to take it by its name
 */
export function dockerEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  found ??= searchPath()
  return ownEnvironment({ ...dockerVariables(), PATH: found, ...more })
}

function searchPath(): string {
  const path = process.env.PATH ?? ''
  const directories = path.split(delimiter).filter((it) => existsSync(`${it}/docker`))
  // One alone is tried when it is used.
  const first = directories.length > 1 ? directories.find(runs) : undefined
  return first === undefined ? path : `${first}${delimiter}${path}`
}

const runs = (directory: string) =>
  spawnSync(`${directory}/docker`, ['--version'], { env: ownEnvironment(), stdio: 'ignore' }).status === 0
