import { projectRoot } from '../infra/paths.ts'
import { findRevision, git } from './git.ts'
import type { StackName } from './stack.ts'

const LOCK = 'package-lock.json'
const SHARED = 'shared'

/** How a stack of the working tree differs from that of a revision. Changes that are not committed count. */
export type Difference = {
  /** Files below the stack's folder and `shared/` that changed, came or went. */
  files: number
  /** Whether the packages that are installed may differ, too. */
  lock: boolean
  /** `12 files differ`, `1 file and package-lock.json differ`, `no file differs`. */
  words: string
}

/**
 * The stack that is worth measuring: the services when nothing but they differs, else the monolith.
 * @throws UserError for what is no revision
 */
export async function whichStackDiffers(revision: string, project = projectRoot): Promise<StackName> {
  const changed = await changedSince(revision, ['monolith', 'services', SHARED], project)
  const only = changed.every((path) => path.startsWith('services/'))
  return changed.length > 0 && only ? 'services' : 'monolith'
}

/** @throws UserError for what is no revision */
export async function describeDifference(
  revision: string,
  stack: StackName,
  project = projectRoot,
): Promise<Difference> {
  const changed = await changedSince(revision, [stack, SHARED, LOCK], project)
  const lock = changed.includes(LOCK)
  const files = changed.length - (lock ? 1 : 0)
  return { files, lock, words: inWords(files, lock) }
}

function inWords(files: number, lock: boolean): string {
  const counted = files === 1 ? '1 file' : `${files} files`
  if (lock) return files === 0 ? `${LOCK} differs` : `${counted} and ${LOCK} differ`
  if (files === 0) return 'no file differs'
  return files === 1 ? '1 file differs' : `${counted} differ`
}

/** A file that moved is two: one that went and one that came. */
async function changedSince(revision: string, paths: string[], project: string): Promise<string[]> {
  const { commit } = await findRevision(revision, project)
  const [tracked, untracked] = await Promise.all([
    git(project, 'diff', '--name-only', '--no-renames', '-z', commit, '--', ...paths),
    git(project, 'ls-files', '--others', '--exclude-standard', '-z', '--', ...paths),
  ])
  return [...new Set(`${tracked}${untracked}`.split('\0').filter((path) => path !== ''))]
}
