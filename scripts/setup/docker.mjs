import { ask, environment, lastLine, run, workingOnPath } from './commands.mjs'
import { RungError } from './failures.mjs'

const client = () => workingOnPath('docker', ['--version'])
const askDocker = (docker, ...args) => ask(docker, args, { env: environment() })

/** Whether there is a Docker now. What it was asked for once, it brings again by itself. */
export function dockerAnswers() {
  const docker = client()
  return docker !== undefined && askDocker(docker, 'ps', '--quiet').ok
}

/**
 * Docker with an image, pulled when it is not there.
 * @returns undefined where there is no Docker
 */
export async function dockerImage(image) {
  const docker = client()
  if (!docker) return undefined
  const answer = askDocker(docker, 'ps', '--quiet')
  if (!answer.ok) throw new RungError(`Docker is here and does not answer (${lastLine(answer.text)}).`)
  if (askDocker(docker, 'image', 'inspect', '--format', '{{.Id}}', image).ok) return { kind: 'docker', image }
  const name = `docker-${image.replace(/\W+/g, '-')}`
  const pull = await run(`pulling the Docker image ${image}`, name, docker, ['pull', image])
  if (!pull.ok) throw new RungError(`Docker cannot pull ${image} (${lastLine(pull.text)}). Log: ${pull.log}.`)
  return { kind: 'docker', image }
}
