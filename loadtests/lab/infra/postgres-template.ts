import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ownEnvironment } from './environment.ts'
import { cacheDir } from './paths.ts'
import { type Account, asAccount } from './unprivileged.ts'
import { UserError } from './user-error.ts'

const run = promisify(execFile)

export const SUPERUSER = 'postgres'

/** A new cluster as initdb leaves it, kept so that the next ones are copies; and its superuser's password. */
export type Template = { data: string; password: string }

const inTheMaking = new Map<string, Promise<void>>()

/**
 * The template for a version of PostgreSQL and an account, made when it is not there yet.
 * @param bin directory of initdb
 */
export async function clusterTemplate(
  bin: string,
  version: string,
  account: Account | undefined,
): Promise<Template> {
  const path = `${cacheDir}/postgres-${version}-${account?.uid ?? process.getuid?.() ?? 'user'}`
  if (!existsSync(path)) {
    // Two servers that start side by side make one template.
    const making = inTheMaking.get(path) ?? make(path, bin, account)
    inTheMaking.set(path, making)
    await making
  }
  return { data: `${path}/data`, password: (await readFile(`${path}/password`, 'utf8')).trim() }
}

/** Makes it beside its place and moves it there whole, so that no one ever sees half of one. */
async function make(path: string, bin: string, account: Account | undefined) {
  const draft = `${path}.${process.pid}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await writeFile(`${draft}/password`, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600 })
  if (account)
    await Promise.all([draft, `${draft}/password`].map((it) => chown(it, account.uid, account.gid)))
  await initdb(draft, bin, account)
  await rename(draft, path).catch(async (error) => {
    // Another command was quicker.
    if (!existsSync(path)) throw error
    await rm(draft, { recursive: true, force: true })
  })
}

async function initdb(draft: string, bin: string, account: Account | undefined) {
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  const args = [`--pgdata=${draft}/data`, `--username=${SUPERUSER}`, `--pwfile=${draft}/password`, ...flags]
  const initdbAs = asAccount(account, `${bin}/initdb`, args, [bin, draft])
  try {
    await run(initdbAs.command, initdbAs.args, { ...initdbAs.options, cwd: '/', env: ownEnvironment() })
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const reason = /No space left on device/.test(stderr)
      ? 'the disk is full'
      : (stderr || message).trim().split('\n').at(-1)
    await rm(draft, { recursive: true, force: true })
    throw new UserError(`PostgreSQL's initdb failed: ${reason}`)
  }
}
