import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { homelessEnvironment } from '../infra/environment.ts'
import { readFound } from '../infra/found.ts'

/** The first that sends several statements at once, as the monolith does. */
const LEAST_VERSION = 14

/** A pgbench that can be used, or why there is none. */
export type FoundPgbench = { path: string; version: string } | { missing: string }

/** Looks for pgbench beside the embedded PostgreSQL, then on PATH. */
export async function findPgbench(path = process.env.PATH ?? ''): Promise<FoundPgbench> {
  const { postgres } = readFound()
  const folders = [...(postgres.kind === 'embedded' ? [postgres.bin] : []), ...path.split(delimiter)]
  let passedOver: string | undefined
  for (const folder of folders.filter(Boolean)) {
    const file = `${folder}/pgbench`
    if (!(await isExecutable(file))) continue
    const asked = promisify(execFile)(file, ['--version'], { env: homelessEnvironment() })
    const { stdout } = await asked.catch(() => ({ stdout: '' }))
    const version = /(\d+(\.\d+)*)/.exec(stdout)?.[1] ?? ''
    if (Number.parseInt(version, 10) >= LEAST_VERSION) return { path: file, version }
    passedOver ??= `${file} is ${version || 'of no known version'}; it takes ${LEAST_VERSION} or newer`
  }
  return {
    missing:
      passedOver ??
      'there is no pgbench beside PostgreSQL or on PATH; it comes with the package postgresql-contrib or postgresql',
  }
}

const isExecutable = (file: string) =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
