import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import { findRevision, git, gitEnvironment, type Revision } from './git.ts'
import { type Ended, runLeashed } from './leashed-run.ts'
import { provideModules } from './modules.ts'
import { entriesOf } from './plan.ts'
import type { StackName } from './stack.ts'

export { type Difference, describeDifference, whichStackDiffers } from './difference.ts'

/** The code of another commit, from which a stack can be started. */
export type Checkout = {
  /** Without a slash at its end. */
  root: string
  /** Full hash. */
  commit: string
  /** The revision as asked for, and the short hash: `HEAD~1 (abc1234)`. */
  name: string
  remove(): Promise<void>
}

type Options = {
  /** What is to be started from it. */
  stack: StackName
  /** Is told what takes a while. */
  onProgress?: (what: string) => void
  project?: string
}

/**
 * Writes the files of a commit into a directory, beside the working tree and with nothing written into the repository, and
 * gives them their packages: those installed here when both have the same package-lock.json, else its own.
 * @param dir not there yet, in a run directory, which goes with the command however that ends
 * @throws UserError when there is no such commit, it has no such stack, or its packages cannot be installed
 */
export async function openCheckout(
  revision: string,
  dir: string,
  { stack, onProgress = () => {}, project = projectRoot }: Options,
): Promise<Checkout> {
  const { commit, name } = await findRevision(revision, project)
  await requireStack({ commit, name }, stack, project)
  const root = resolve(dir)
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  try {
    onProgress(`writing the files of ${name}`)
    await writeFiles({ commit, name }, root, project)
    await provideModules(root, { project, name, onProgress })
  } catch (error) {
    await remove()
    throw error
  }
  return { root, commit, name, remove }
}

async function requireStack({ commit, name }: Revision, stack: StackName, project: string) {
  const files = entriesOf(stack)
  const there = (await git(project, 'ls-tree', '-z', '--name-only', commit, '--', ...files)).split('\0')
  const missing = files.find((file) => !there.includes(file))
  if (missing) throw new UserError(`--against ${name} has no ${stack} to start: ${missing} is not in it.`)
}

/** Not `git worktree`, which would leave its record in the repository when this command is killed. */
async function writeFiles({ commit, name }: Revision, root: string, project: string) {
  await mkdir(root, { recursive: true })
  const archive = `${root}/.archive.tar`
  const must = ({ ok, said }: Ended) => {
    if (ok) return
    throw new UserError(
      `The files of --against ${name} could not be written: ${said.trim().split('\n').at(-1)}`,
    )
  }
  const write = ['archive', '--format=tar', `--output=${archive}`, commit]
  must(await runLeashed('git', write, { cwd: project, env: gitEnvironment() }))
  must(await runLeashed('tar', ['-xf', archive], { cwd: root }))
  await rm(archive)
}
