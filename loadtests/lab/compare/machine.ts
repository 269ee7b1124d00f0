import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { arch, cpus, platform, release, totalmem, version } from 'node:os'
import { promisify } from 'node:util'
import { readSiblings } from '../budget/topology.ts'
import { ownEnvironment } from '../infra/environment.ts'
import { k6Command } from '../infra/k6.ts'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import type { Machine, Result } from './result.ts'

const run = promisify(execFile)
const BYTES_PER_MIB = 1024 * 1024

/** The machine that all of it runs on. */
export async function describeMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: cpus().length,
    threadsPerCore: await threadsPerCore(),
    governor: await governor(),
    memoryMiB: Math.round(totalmem() / BYTES_PER_MIB),
    os: await osName(),
    kernel: release(),
    architecture: arch(),
  }
}

/**
 * The version of k6, for example `2.2.0`.
 * @throws UserError when it cannot be run, or is older than the scripts need
 */
export async function k6Version(): Promise<string> {
  const { cmd, args, env } = k6Command()
  const { stdout } = await run(cmd, [...args, 'version'], { env }).catch((error: Error) => {
    throw new UserError(`k6 cannot be run (${error.message.trim()}). Run: npm run setup`)
  })
  const version = /v(\d+\.\S+)/.exec(stdout)?.[1] ?? stdout.trim()
  if (Number.parseInt(version, 10) >= 2) return version
  throw new UserError(
    `${cmd} is k6 ${version}; the scripts need version 2. Unset K6_BIN, or run: npm run setup`,
  )
}

export async function fastifyVersion(): Promise<string> {
  const manifest = await readFile(`${projectRoot}/node_modules/fastify/package.json`, 'utf8')
  return JSON.parse(manifest).version
}

/**
 * This project at the commit that is checked out; nulls where there is no git or no commit, or where the repository is another's,
 * in a directory of which this project was unpacked.
 */
export async function describeProject(): Promise<Result['project']> {
  const { name, version } = JSON.parse(await readFile(`${projectRoot}/package.json`, 'utf8'))
  const isOwn = (await git('rev-parse', '--show-prefix')) === ''
  const commit = isOwn ? await git('rev-parse', 'HEAD') : null
  const changes = commit === null ? null : await git('status', '--porcelain')
  return { name, version, commit, dirty: changes === null ? null : changes !== '' }
}

async function git(...args: string[]): Promise<string | null> {
  try {
    return (await run('git', args, { cwd: projectRoot, env: ownEnvironment() })).stdout.trim()
  } catch {
    return null
  }
}

/** Where cores differ, as some have more threads than others, the most. */
async function threadsPerCore(): Promise<number | null> {
  const siblings = await readSiblings()
  return siblings.length > 0 ? Math.max(...siblings.map((threads) => threads.length)) : null
}

async function governor(): Promise<string | null> {
  const path = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
}

async function osName(): Promise<string> {
  if (platform() !== 'linux') return version()
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? 'Linux'
}
