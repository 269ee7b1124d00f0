import { ask, lastLine, onPath, run } from './commands.mjs'
import { RungError } from './failures.mjs'

/**
 * Docker with an image, pulled when it is not there.
 * @returns undefined where there is no Docker
 */
export async function dockerImage(image) {
  const docker = onPath('docker')
  if (!docker) return undefined
  const answer = ask(docker, ['ps', '--quiet'])
  if (!answer.ok) throw new RungError(`Docker is here and does not answer (${lastLine(answer.text)}).`)
  if (ask(docker, ['image', 'inspect', '--format', '{{.Id}}', image]).ok) return { kind: 'docker', image }
  const name = `docker-${image.replace(/\W+/g, '-')}`
  const pull = await run(`pulling the Docker image ${image}`, name, docker, ['pull', image])
  if (!pull.ok) throw new RungError(`Docker cannot pull ${image} (${lastLine(pull.text)}). Log: ${pull.log}.`)
  return { kind: 'docker', image }
}
