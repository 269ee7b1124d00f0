import { readFound } from './found.ts'
import { projectRoot } from './paths.ts'
import { UserError } from './user-error.ts'

/** A command, and the arguments that come before k6's own. */
export type K6Command = { cmd: string; args: string[] }

/**
 * How to call k6 here: `K6_BIN`, else what the set-up found. Paths given to k6 are absolute paths within the checkout,
 * or relative to its root; variables for a script are given by `-e`, since a container sees no others.
 */
export function k6Command(): K6Command {
  if (process.env.K6_BIN) return { cmd: process.env.K6_BIN, args: [] }
  const { k6 } = readFound()
  if (!k6) throw new UserError('k6 was not set up. Run: npm run setup')
  if (k6.kind === 'bin') return { cmd: k6.path, args: [] }
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : []
  const mount = ['--volume', `${projectRoot}:${projectRoot}`, '--workdir', projectRoot]
  return {
    cmd: 'docker',
    args: ['run', '--rm', '--interactive', '--network', 'host', ...user, ...mount, k6.image],
  }
}
