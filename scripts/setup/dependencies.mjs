import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, lastLine, lastLines, run, workingOnPath } from './commands.mjs'
import { SetupError } from './failures.mjs'
import { modules, root } from './paths.mjs'
import { say } from './progress.mjs'

const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/
const FULL = /ENOSPC|No space left on device/
const NPM_CI = ['ci', '--include=dev', '--include=optional', '--fetch-retries=1']

export const projectNode = join(modules, 'node', 'bin', 'node')

/** The hash of the lock file, by which the next set-up knows that nothing has changed. */
export function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** Whether node_modules holds what the lock file names, whoever installed it. */
export function areInstalled() {
  try {
    const wanted = readPackages(join(root, 'package-lock.json'))
    const installed = readPackages(join(modules, '.package-lock.json'))
    return (
      wanted.every(([path, version]) => installed.some(([it, its]) => it === path && its === version)) &&
      runsNode()
    )
  } catch {
    return false
  }
}

/** Installs the dependencies exactly as locked. */
export async function install() {
  const npm = workingOnPath('npm', ['--version'])
  if (!npm) throw new SetupError('npm is not on PATH. It comes with Node: https://nodejs.org')
  const { ok, text, log } = await run('installing the dependencies (npm ci)', 'npm', npm, NPM_CI)
  if (ok && runsNode()) return
  if (ok)
    throw new SetupError(
      `npm ci brought no Node that runs here. Are install scripts switched off? See ${log}`,
    )
  if (OFFLINE.test(text))
    throw new SetupError(`npm cannot reach its registry: is this machine offline? Log: ${log}`)
  if (FULL.test(text)) throw new SetupError(`npm ci failed: the disk is full. Log: ${log}`)
  say(lastLines(text))
  throw new SetupError(`npm ci failed. Log: ${log}`)
}

function runsNode() {
  const { ok, text } = ask(projectNode, ['--version'])
  return ok && lastLine(text).startsWith('v24.')
}

/** Path and version of every package but links and those that may be missing on this platform. */
function readPackages(path) {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'))
  return Object.entries(packages)
    .filter(([name, it]) => name.includes('node_modules/') && !it.link && !it.optional)
    .map(([name, { version }]) => [name, version])
}
