import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ownEnvironment } from '../infra/environment.ts'
import { UserError } from '../infra/user-error.ts'

const run = promisify(execFile)
const MOST_BYTES = 64 * 1024 * 1024

/** A commit: its full hash, and the revision as asked for with the short hash, `HEAD~1 (abc1234)`. */
export type Revision = { commit: string; name: string }

/**
 * Runs git in a project's directory.
 * @returns its standard output, to the letter
 */
export async function git(project: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: project, env: gitEnvironment(), maxBuffer: MOST_BYTES })
  return stdout
}

/** Of every git that runs here: it waits for no lock and takes none. The directory alone says which repository is meant. */
export const gitEnvironment = () => ownEnvironment({ GIT_OPTIONAL_LOCKS: '0' })

/**
 * The commit that a person means by a revision: a branch, a tag, a hash, `HEAD~1`.
 * @throws UserError when there is none, or the project is no git checkout
 */
export async function findRevision(revision: string, project: string): Promise<Revision> {
  await requireRepository(project)
  const commit = await commitOf(revision, project)
  if (commit === undefined) throw await isUnknown(revision, project)
  const short = (await git(project, 'rev-parse', '--short', commit)).trim()
  return { commit, name: `${revision} (${short})` }
}

async function requireRepository(project: string) {
  const prefix = await git(project, 'rev-parse', '--show-prefix').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UserError('--against needs git, which is not on PATH.')
    throw new UserError(`--against needs a git checkout of this project. Git says: ${whatGitSaid(error)}`)
  })
  if (prefix.trim() === '') return
  throw new UserError(
    `--against needs a git checkout of this project: ${project} is not one, but a directory of another.`,
  )
}

/** First what it names, then the commit of that: `:/text^{commit}` would look for all of it in messages. */
async function commitOf(revision: string, project: string): Promise<string | undefined> {
  // No revision begins so, but an option does.
  if (revision.startsWith('-')) return undefined
  const named = await verify(revision, project)
  return named && (await verify(`${named}^{commit}`, project))
}

/** The one object that it names; a range names two. */
async function verify(revision: string, project: string): Promise<string | undefined> {
  const said = await git(project, 'rev-parse', '--verify', '--quiet', revision).catch(() => '')
  return /^[0-9a-f]{40,64}$/.exec(said.trim())?.[0]
}

async function isUnknown(revision: string, project: string): Promise<UserError> {
  const shallow = (await git(project, 'rev-parse', '--is-shallow-repository')).trim() === 'true'
  const advice = shallow
    ? 'This clone is shallow; get the rest with: git fetch --unshallow'
    : 'See them with: git log --oneline --all'
  return new UserError(`--against ${JSON.stringify(revision)} is no commit of this repository. ${advice}`)
}

/** The first line of what a git that failed wrote. */
function whatGitSaid(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr?.trim() || message).split('\n')[0]!.replace(/^(fatal|error): /, '')
}
