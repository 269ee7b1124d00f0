import { aptInstallRabbitmq } from './apt.mjs'
import { isExecutable, onPath } from './commands.mjs'
import { dockerImage } from './docker.mjs'
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
  if (found?.kind === 'server') return isExecutable(found.path)
  return found?.kind === 'docker' && onPath('docker') !== undefined
}

function installed() {
  const places = USUAL_PLACES.map((directory) => `${directory}/rabbitmq-server`)
  const path = onPath('rabbitmq-server') ?? places.find(isExecutable)
  if (!path) return undefined
  if (!onPath('erl')) throw new RungError(`${path} is here, but Erlang's erl is not on PATH.`)
  return { kind: 'server', path }
}

async function apt() {
  return (await aptInstallRabbitmq()) ? installed() : undefined
}
