import { type ChildProcess, execFile } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { homelessEnvironment } from './environment.ts'
import { hasExited, spawnLeashed, stopLeashed } from './leash.ts'
import { freePort } from './ports.ts'
import { UserError } from './user-error.ts'

const LOOK_AGAIN_MS = 20

export type Epmd = { port: number; child: ChildProcess; stop(): Promise<void> }

/**
 * Starts Erlang's port mapper as our child on a free port. Otherwise the first node would leave one running for good.
 * @param dir where its log goes
 * @param erl the Erlang that it belongs to; without it, the first on PATH
 */
export async function startEpmd(dir: string, erl?: string): Promise<Epmd> {
  const port = await freePort()
  const output = openSync(`${dir}/epmd.log`, 'a')
  const child = spawnLeashed(await findEpmd(erl), ['-port', String(port), '-address', '127.0.0.1'], {
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  await once(child, 'spawn')
  while (!(await accepts(port))) {
    if (hasExited(child))
      throw new UserError(`RabbitMQ did not start: epmd ended at once. Log: ${dir}/epmd.log`)
    await delay(LOOK_AGAIN_MS)
  }
  return { port, child, stop: () => stopLeashed(child) }
}

async function findEpmd(erl?: string): Promise<string> {
  const directories = erl ? [dirname(erl)] : (process.env.PATH ?? '').split(delimiter)
  const found = directories.map((directory) => `${directory}/epmd`).find((path) => existsSync(path))
  if (found) return found
  const root = await erlangRoot(erl ?? 'erl')
  const runtimes = readdirSync(root).filter((name) => name.startsWith('erts-'))
  const beside = [...runtimes.map((name) => `${root}/${name}/bin/epmd`), `${root}/bin/epmd`].find((path) =>
    existsSync(path),
  )
  if (!beside) throw new UserError(`RabbitMQ did not start: epmd is neither beside erl nor in ${root}.`)
  return beside
}

async function erlangRoot(erl: string): Promise<string> {
  try {
    const expression = 'io:format("~s", [code:root_dir()]), halt().'
    const args = ['-noshell', '-eval', expression]
    return (await promisify(execFile)(erl, args, { env: homelessEnvironment() })).stdout
  } catch {
    throw new UserError('RabbitMQ did not start: neither epmd nor erl is on PATH. Reinstall Erlang.')
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
