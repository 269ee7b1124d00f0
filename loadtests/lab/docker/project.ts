import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dockerEnvironment } from '../infra/docker-client.ts'
import { logsDir, projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'

const KEEPER = fileURLToPath(new URL('./keeper.sh', import.meta.url))
const LOG = `${logsDir}/docker.log`
const READY_WITHIN_S = 180

/** A compose project of this checkout's docker-compose.yml, on volumes of its own. */
export type Project = {
  name: string
  /** Takes everything down and removes it: containers, network, volumes and images. Returns a sentence when that failed. */
  down(): Promise<string[]>
}

/**
 * Builds the images and starts the services of these profiles. Resolves when every one is healthy. The project goes when
 * this process goes, however that happens.
 * @param variables for docker-compose.yml
 * @throws UserError when Docker is not there or a service does not start; nothing is left then
 */
export async function startProject(
  name: string,
  profiles: string[],
  variables: Record<string, string>,
): Promise<Project> {
  await mkdir(logsDir, { recursive: true })
  // What a checkout's `.env` says is for those who call Compose themselves.
  const options = ['--env-file', '/dev/null', '--file', `${projectRoot}/docker-compose.yml`]
  options.push('--project-name', name)
  options.push(...profiles.flatMap((profile) => ['--profile', profile]))
  const env = dockerEnvironment({ COMPOSE_PROGRESS: 'plain', ...variables })
  const output = openSync(LOG, 'w')
  const keeper = spawn('/bin/sh', [KEEPER, ...options], {
    env,
    detached: true,
    stdio: ['pipe', output, output],
  })
  keeper.stdin!.on('error', () => {})
  const up = spawn('docker', ['compose', ...options, ...UP], {
    env,
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  keeper.stdin!.write(`${up.pid ?? ''}\n`)

  const down = () => takeDown(keeper)
  const problem = await failureOf(up)
  keeper.stdin!.write('\n')
  if (problem === undefined) return { name, down }
  await appendLogs(options, env)
  await down()
  throw new UserError(`Docker did not start the stacks: ${problem}. Log: ${LOG}`)
}

const UP = ['up', '--build', '--detach', '--wait', '--wait-timeout', String(READY_WITHIN_S)]

async function failureOf(up: ChildProcess): Promise<string | undefined> {
  try {
    const [code] = await once(up, 'exit')
    return code === 0 ? undefined : tellingLine(await readFile(LOG, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? 'there is no docker on PATH' : message
  }
}

/** The last line that tells of a failure, else the last. */
function tellingLine(log: string): string {
  const lines = log.split('\n').map((line) => line.trim())
  const written = lines.filter((line) => line !== '')
  const telling = written.findLast((line) => /error|failed|cannot|unhealthy|denied|not a docker/i.test(line))
  return (telling ?? written.at(-1) ?? 'it said nothing').replace(/\.$/, '')
}

/** What the containers said last, before they go. */
async function appendLogs(options: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const logs = ['compose', ...options, 'logs', '--no-color', '--tail', '50']
  const said = await promisify(execFile)('docker', logs, { env }).catch(() => ({ stdout: '' }))
  await appendFile(LOG, said.stdout)
}

async function takeDown(keeper: ChildProcess): Promise<string[]> {
  const exited = keeper.exitCode === null ? once(keeper, 'exit') : [keeper.exitCode]
  keeper.stdin!.end()
  const [code] = await exited
  return code === 0 ? [] : [`Docker did not take everything down. Log: ${LOG}`]
}
