import { dockerEnvironment } from './docker-client.ts'
import { homelessEnvironment } from './environment.ts'
import { readFound } from './found.ts'
import { projectRoot } from './paths.ts'
import { UserError } from './user-error.ts'

/** A command, the arguments that come before k6's own, and its environment. */
export type K6Command = { cmd: string; args: string[]; env: NodeJS.ProcessEnv }

/**
 * How to call k6 here: `K6_BIN`, else what the set-up found. Paths given to k6 are absolute paths within the checkout,
 * or relative to its root; variables for a script are given by `-e`.
 * @param variables for k6 itself: it sees no others, since each of its options and of a script's settings can be one
 */
export function k6Command(variables: NodeJS.ProcessEnv = {}): K6Command {
  const env = homelessEnvironment(variables)
  if (process.env.K6_BIN) return { cmd: process.env.K6_BIN, args: [], env }
  const { k6 } = readFound()
  if (!k6) throw new UserError('k6 was not set up. Run: npm run setup')
  if (k6.kind === 'bin') return { cmd: k6.path, args: [], env }
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : []
  const mount = ['--volume', `${projectRoot}:${projectRoot}`, '--workdir', projectRoot]
  // Docker takes their values from its own: what stands in arguments, everybody on this machine can read.
  const given = Object.keys(variables).flatMap((name) => ['--env', name])
  return {
    cmd: 'docker',
    args: ['run', '--rm', '--interactive', '--network', 'host', ...user, ...mount, ...given, k6.image],
    env: dockerEnvironment(variables),
  }
}
