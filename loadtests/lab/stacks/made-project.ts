import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { git } from './git.ts'

const LINKS = { 'node_modules/@shop/shared': 'shared', 'node_modules/@shop/monolith': 'monolith' }
const WHO = ['-c', 'user.name=test', '-c', 'user.email=test@shop.invalid', '-c', 'commit.gpgsign=false']

/** The lock file of such a project. @param more packages beside its workspaces */
export const lockWith = (more: Record<string, object> = {}) => {
  const workspaces = Object.entries(LINKS).flatMap(([path, resolved]) => [
    [resolved, { name: path.replace('node_modules/', ''), version: '1.0.0' }],
    [path, { resolved, link: true }],
  ])
  const packages = { '': { workspaces: Object.values(LINKS) }, ...Object.fromEntries(workspaces), ...more }
  return JSON.stringify({ lockfileVersion: 3, requires: true, packages })
}

const manifest = (name: string, more = {}) =>
  JSON.stringify({ name, version: '1.0.0', type: 'module', ...more })

/** Its monolith prints which `shared`, and which packages, it has found. */
const FILES = {
  '.gitignore': 'node_modules\n',
  'package.json': manifest('made', { workspaces: Object.values(LINKS) }),
  'package-lock.json': lockWith(),
  'shared/package.json': manifest('@shop/shared', { exports: { './*': './src/*' } }),
  'shared/src/name.ts': `export const name: string = 'first'\n`,
  'monolith/package.json': manifest('@shop/monolith'),
  'monolith/src/main.ts': `
    import { name } from '@shop/shared/name.ts'
    const find = (it: string) => import(it).then(({ from }) => from, () => null)
    console.log(JSON.stringify({ name, plain: await find('plain'), scoped: await find('@else/scoped') }))`,
  'node_modules/plain/index.js': `export const from = 'root'\n`,
  'node_modules/plain/package.json': manifest('plain', { exports: './index.js' }),
  'node_modules/@else/scoped/index.js': `export const from = 'root'\n`,
  'node_modules/@else/scoped/package.json': manifest('@else/scoped', { exports: './index.js' }),
}

/** A small project with a monolith and installed packages, as a git repository of one commit. For tests. */
export async function makeProject(): Promise<string> {
  const project = await mkdtemp(`${tmpdir()}/made project-`)
  await write(project, FILES)
  await mkdir(`${project}/node_modules/@shop`)
  for (const [path, folder] of Object.entries(LINKS)) await symlink(`../../${folder}`, `${project}/${path}`)
  await git(project, 'init', '--quiet')
  await commit(project)
  return project
}

/** Writes files by their paths below a project. */
export async function write(project: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(`${project}/${path}`), { recursive: true })
    await writeFile(`${project}/${path}`, text)
  }
}

/** Commits all that has changed. */
export async function commit(project: string): Promise<void> {
  await git(project, 'add', '--all')
  await git(project, ...WHO, 'commit', '--quiet', '--no-verify', '--message', 'test')
}
