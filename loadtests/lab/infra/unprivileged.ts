import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from './user-error.ts'

export type Account = { uid: number; gid: number }

/**
 * The account that PostgreSQL, which refuses to run as root, shall run as; undefined when we are not root.
 * No account is made for it: every system has `nobody`.
 */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = ['postgres', 'nobody'].map((name) => accounts.find(([it]) => it === name)).find(Boolean)
  if (!account)
    throw new UserError(
      'PostgreSQL does not run as root, and there is no account `nobody`. Run as another user.',
    )
  // macOS writes nobody's id as -2.
  return { uid: Number(account[2]) >>> 0, gid: Number(account[3]) >>> 0 }
}

/**
 * Command, arguments and options that run a program as an account. Where the account cannot reach the program or
 * its data because the checkout lies in a closed directory such as /root, it keeps the right to pass.
 * @param paths what the program must reach
 */
export function asAccount(account: Account | undefined, command: string, args: string[], paths: string[]) {
  if (!account) return { command, args, options: {} }
  if (paths.every((path) => canPass(path))) return { command, args, options: account }
  const ids = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  // The secure bit lets the right count in access(2), too, by which initdb looks for postgres.
  const right = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup']
  const setpriv = [...ids, ...right, '--', command, ...args]
  return { command: requireSetpriv(), args: setpriv, options: {} }
}

function canPass(path: string): boolean {
  const others = statSync(path).isDirectory() ? path : dirname(path)
  if ((statSync(others).mode & 0o005) !== 0o005) return false
  return ancestors(others).every((directory) => (statSync(directory).mode & 0o001) !== 0)
}

function ancestors(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [] : [parent, ...ancestors(parent)]
}

function requireSetpriv(): string {
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // The next place.
    }
  }
  throw new UserError(
    'PostgreSQL does not run as root, and no other account can read this checkout. Move it out of /root.',
  )
}
