import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { npmEnvironment } from '../infra/environment.ts'
import { logsDir } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import { runLeashed } from './leashed-run.ts'

const LOG = `${logsDir}/against-npm.log`
// What its processes need. They run under the Node of this command, so that no script has to fetch one.
const NPM_CI = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--prefer-offline', '--fetch-retries=1']
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/

type Lock = { packages: Record<string, { link?: boolean; resolved?: string }> }
type Options = { project: string; name: string; onProgress: (what: string) => void }

/**
 * Gives a checkout its packages. Its own workspaces are always its own.
 * @throws UserError when they must be installed and cannot
 */
export async function provideModules(root: string, { project, name, onProgress }: Options): Promise<void> {
  const [its, ours] = await Promise.all([readLock(root), readLock(project)])
  if (its !== undefined && its === ours) return linkModules(root, project, JSON.parse(its))
  onProgress(`installing the packages of ${name}, which has another package-lock.json (npm ci)`)
  await install(root, name)
}

const readLock = (root: string) => readFile(`${root}/package-lock.json`, 'utf8').catch(() => undefined)

/** Links to what is installed: Node looks for what a package needs where it really is. */
async function linkModules(root: string, project: string, { packages }: Lock) {
  const workspaces = Object.entries(packages).flatMap(([path, { link, resolved }]) =>
    link && resolved ? [{ path, folder: resolved }] : [],
  )
  const own = new Set(workspaces.map(({ path }) => path))
  for (const folder of ['', ...workspaces.map(({ folder }) => `${folder}/`)])
    await linkEntries(`${folder}node_modules`, { root, project, own })
  for (const { path, folder } of workspaces) {
    await mkdir(dirname(`${root}/${path}`), { recursive: true })
    await symlink(relative(dirname(path), folder), `${root}/${path}`)
  }
}

/** @param folder path below both roots; nothing comes of one that is not there */
async function linkEntries(folder: string, around: { root: string; project: string; own: Set<string> }) {
  const { root, project, own } = around
  const names = await readdir(`${project}/${folder}`).catch(() => [])
  if (names.length > 0) await mkdir(`${root}/${folder}`, { recursive: true })
  for (const name of names) {
    const path = `${folder}/${name}`
    if (name.startsWith('@')) await linkEntries(path, around)
    else if (!own.has(path)) await symlink(`${project}/${path}`, `${root}/${path}`)
  }
}

async function install(root: string, name: string) {
  const { ok, said } = await runLeashed('npm', NPM_CI, {
    cwd: root,
    env: npmEnvironment(),
  })
  if (ok) return
  await mkdir(logsDir, { recursive: true })
  await writeFile(LOG, said)
  const why = OFFLINE.test(said)
    ? 'npm cannot reach its registry. Run it once where it can'
    : `npm ci failed: ${tellingLine(said)}`
  throw new UserError(`The packages of --against ${name} could not be installed: ${why}. Log: ${LOG}`)
}

/** The first sentence of npm's errors; what is before it are codes. */
function tellingLine(said: string): string {
  const lines = said
    .split('\n')
    .flatMap((line) => /^npm error (?!code |errno |syscall )(.+)/.exec(line)?.[1] ?? [])
  return (lines[0] ?? said.trim().split('\n').at(-1) ?? '').replace(/\.$/, '')
}
