import { realpathSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { aptInstallRabbitmq } from './apt.mjs'
import { allOnPath, ask, bareEnvironment, isExecutable, lastLine } from './commands.mjs'
import { dockerAnswers, dockerImage } from './docker.mjs'
import { RungError } from './failures.mjs'
import { climb } from './ladder.mjs'

const IMAGE = 'rabbitmq:4-management'
const USUAL_PLACES = ['/usr/lib/rabbitmq/bin', '/usr/sbin', '/opt/homebrew/sbin', '/usr/local/sbin']
const HELP = `RabbitMQ is missing, and could not be brought. Any one of these helps; then run this again:
  macOS           brew install rabbitmq
  Debian, Ubuntu  sudo apt-get install rabbitmq-server
  Fedora          sudo dnf install rabbitmq-server
  Docker          start it: the image ${IMAGE} is used
  Windows         use WSL 2, and there the command for its distribution
  a server        AMQP_URL=amqp://user:password@127.0.0.1:5672`

/** AMQP_URL, a server on this machine, Docker, or Debian's package. */
export function findRabbitmq() {
  const given = () => (process.env.AMQP_URL ? { kind: 'url' } : undefined)
  return climb('RabbitMQ', [given, installed, () => dockerImage(IMAGE), apt], HELP)
}

export function holdsRabbitmq(found) {
  if (process.env.AMQP_URL) return true
  if (found?.kind === 'server') return isExecutable(found.path) && isExecutable(found.erl)
  return found?.kind === 'docker' && dockerAnswers()
}

function installed() {
  const usual = USUAL_PLACES.map((directory) => `${directory}/rabbitmq-server`).filter(isExecutable)
  const servers = [...allOnPath('rabbitmq-server'), ...usual].filter((path) => !isDebiansWrapper(path))
  if (servers.length === 0) return undefined
  const erls = allOnPath('erl')
  if (erls.length === 0) throw new RungError(`${servers[0]} is here, but Erlang's erl is not on PATH.`)
  const erl = firstThatRuns(erls, tryErlang)
  return { kind: 'server', path: firstThatRuns(servers, (path) => tryServer(path, erl)), erl }
}

/** On PATH, it changes the account and the directory, and refuses everyone but root. What is behind it is in a usual place. */
const isDebiansWrapper = (path) => basename(realpathSync(path)) === 'rabbitmq-script-wrapper'

function firstThatRuns(paths, tryOne) {
  let said
  for (const path of paths) {
    const tried = tryOne(path)
    if (tried.path) return tried.path
    said ??= lastLine(tried.text)
  }
  throw new RungError(`${paths[0]} does not run${said ? ` (${said})` : ''}.`)
}

/** @returns `path`, that of the Erlang itself where a version manager's shim was asked; else `text`, what it said */
function tryErlang(path) {
  const { ok, text } = ask(path, ['-noshell', '-eval', 'io:format("~s", [code:root_dir()]), halt().'])
  if (!ok) return { text }
  const own = join(text.split('\n')[0], 'bin', 'erl')
  return { path: isExecutable(own) ? own : path }
}

/** Has it start Erlang without RabbitMQ, which says where RabbitMQ is, and ends. Returns as `tryErlang`. */
function tryServer(path, erl) {
  const bare = bareEnvironment()
  const { ok, text } = ask(path, ['-eval', 'io:format("~p", [code:lib_dir(rabbit)]), halt().'], {
    env: {
      ...bare,
      PATH: `${dirname(erl)}${delimiter}${bare.PATH}`,
      RABBITMQ_NODE_ONLY: 'true',
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      ERL_CRASH_DUMP_BYTES: '0',
    },
  })
  if (!ok) return { text }
  const own = join(/"(.+)\/plugins\/[^/]+"/.exec(text)?.[1] ?? '', 'sbin', 'rabbitmq-server')
  return { path: isExecutable(own) ? own : path }
}

async function apt() {
  return (await aptInstallRabbitmq()) ? installed() : undefined
}
