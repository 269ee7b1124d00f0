import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { request } from 'undici'
import { ownEnvironment } from '../infra/environment.ts'
import { hasExited, spawnLeashed } from '../infra/leash.ts'
import { compiledDir, projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'
import type { Log } from './log.ts'
import type { ProcessPlan } from './plan.ts'

const READY_WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 50
const STOP_WITHIN_MS = 12_000

/** How this command has brought the end of a process about: it was asked to go, or nothing is expected of how it goes. */
type Expected = 'asked' | 'anyhow'

export type Running = { plan: ProcessPlan; child: ChildProcess; log: Log; expected?: Expected }

/** Starts a process of a stack under the Node that runs this command. */
export function launch(plan: ProcessPlan, log: Log, onEnd?: (sentence: string) => void): Running {
  const { imports = [], env, openFiles } = plan.preload ?? {}
  const preloads = imports.flatMap((path) => ['--import', pathToFileURL(path).href])
  const node = [process.execPath, ...preloads, plan.entry]
  // Node raises a soft limit by itself, and no process a hard one.
  const limited = openFiles ? ['/bin/sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, ...node] : node
  const child = spawnLeashed(limited[0]!, limited.slice(1), {
    cwd: plan.root ?? projectRoot,
    env: ownEnvironment({ NODE_ENV: 'production', NODE_COMPILE_CACHE: compiledDir, ...plan.env, ...env }),
    stdio: ['ignore', ...log.stdio],
  })
  log.attach(child)
  const running: Running = { plan, child, log }
  child.once('exit', () => {
    if (!running.expected) onEnd?.(`${plan.name} ended ${ending(child)}`)
  })
  return running
}

/**
 * Resolves when the process says that it can do its own work.
 * @throws UserError when it ends, or 30 s pass
 */
export const untilReady = (running: Running): Promise<void> => until(running, whatKeepsItUnready)

/**
 * Resolves when the process says that nothing is missing: neither what it cannot do without, nor what it could.
 * @throws UserError when it ends, or 30 s pass
 */
export const untilComplete = (running: Running): Promise<void> => until(running, whatIsMissing)

async function until(
  { plan, child, log }: Running,
  missingAt: (url: string) => Promise<string | undefined>,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    const missing = await missingAt(plan.url).catch((error: Error) => `It does not answer: ${error.message}`)
    if (hasExited(child))
      throw new UserError(`${plan.name} ended ${ending(child)} before it was ready: ${await log.last()}`)
    if (missing === undefined) return
    if (Date.now() > deadline)
      throw new UserError(`${plan.name} was not ready within 30 s. ${missing}. ${await log.last()}`)
    await delay(LOOK_AGAIN_MS)
  }
}

/** Ends a process by SIGTERM, or SIGKILL after 12 s. Returns a sentence for each thing that was not in order. */
export async function stopProcess(running: Running): Promise<string[]> {
  const { plan, child, expected } = running
  running.expected ??= 'asked'
  if (hasExited(child)) {
    if (expected === 'anyhow' || (expected === 'asked' && child.exitCode === 0)) return []
    return [`${plan.name} had ended ${ending(child)} before it was stopped`]
  }
  const exited = once(child, 'exit')
  let isPatient = true
  // A second signal would end it at once.
  if (expected !== 'asked') child.kill('SIGTERM')
  // One that was paused hears of nothing until it goes on.
  child.kill('SIGCONT')
  const impatience = setTimeout(() => {
    isPatient = false
    child.kill('SIGKILL')
  }, STOP_WITHIN_MS)
  await exited
  clearTimeout(impatience)
  if (!isPatient) return [`${plan.name} did not stop within ${STOP_WITHIN_MS / 1000} s and was killed`]
  if (child.exitCode !== 0 && expected !== 'anyhow')
    return [`${plan.name} ended ${ending(child)} when it was stopped`]
  return groupIsAlive(child.pid!) ? [`${plan.name} left a process behind, in process group ${child.pid}`] : []
}

const ending = ({ signalCode, exitCode }: ChildProcess) =>
  signalCode ? `by ${signalCode}` : `with exit code ${exitCode}`

/** `/health` lists all that a process depends on. Older checkouts do not have it: there `/health/ready` names what is missing. */
async function whatIsMissing(url: string): Promise<string | undefined> {
  const { status, body } = await ask<Health>(`${url}/health`)
  if (status === 404) return whatKeepsItUnready(url)
  if (status !== 200) return `It answers ${status}`
  if (body.status === 'ok') return undefined
  const missing = Object.entries(body.checks ?? {}).filter(([, check]) => check.status !== 'ok')
  return `Missing: ${missing.map(([name, { reason }]) => (reason ? `${name} (${reason})` : name)).join(', ')}`
}

type Health = { status: string; checks?: Record<string, { status: string; reason?: string }> }

async function whatKeepsItUnready(url: string): Promise<string | undefined> {
  const { status, body } = await ask<{ detail?: string }>(`${url}/health/ready`)
  return status === 200 ? undefined : (body.detail ?? `It answers ${status}`)
}

async function ask<T>(url: string): Promise<{ status: number; body: T }> {
  // `reset` closes the connection after the answer, so that none is left to a process that is stopped.
  const { statusCode, body } = await request(url, { reset: true, headersTimeout: 2_000, bodyTimeout: 2_000 })
  return { status: statusCode, body: JSON.parse(await body.text()) as T }
}

function groupIsAlive(pid: number) {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}
