import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { dockerVariables, ownEnvironment } from './environment.ts'

const WATCHER = fileURLToPath(new URL('./leash-watcher.sh', import.meta.url))

type Watcher = { process: ChildProcess; input: Writable }
type LeashOptions = SpawnOptions & {
  /** What asks the child to end. Default SIGTERM. */
  stopSignal?: NodeJS.Signals
}

let watcher: Watcher | undefined
const stopSignals = new WeakMap<ChildProcess, NodeJS.Signals>()

/**
 * Starts a child in its own process group, which a separate watcher ends when this process is gone, however it
 * went: by an exception, Ctrl-C or SIGKILL. Otherwise like `child_process.spawn`, but that a command that is not
 * there ends with 127 instead of an `error` event, and that a child has an environment of its own unless it is given one.
 */
export function spawnLeashed(command: string, args: string[], options: LeashOptions = {}): ChildProcess {
  const { stopSignal = 'SIGTERM', stdio = 'pipe', env = ownEnvironment(), ...rest } = options
  const { input } = startWatcher()
  const channels = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio]
  const gate = channels.length
  const child = spawn('/bin/sh', ['-c', behindGate(gate), command, ...args], {
    ...rest,
    env,
    stdio: [...channels, 'pipe'],
    detached: true,
  })
  stopSignals.set(child, stopSignal)
  const { pid } = child
  if (pid === undefined) return child
  input.write(`group ${stopSignal.slice(3)} ${pid}\n`)
  openGate(child.stdio[gate] as Writable)
  child.once('exit', () => watcher?.input.write(`ungroup ${pid}\n`))
  return child
}

/**
 * A shell script that becomes its arguments' command once it is told to, and ends when no one is there to tell it. So
 * the child does nothing before the watcher knows of it, even if this process is killed just now.
 */
function behindGate(gate: number) {
  return `read -r _ <&${gate} || exit 1; exec ${gate}<&-; exec "$0" "$@"`
}

function openGate(gate: Writable) {
  // The child may have been ended before.
  gate.on('error', () => {})
  gate.end('\n')
}

/**
 * Ends a child of `spawnLeashed` by its stop signal, and its whole process group by SIGKILL after `patience` ms.
 * Resolves when it has exited.
 */
export async function stopLeashed(child: ChildProcess, patience = 10_000): Promise<void> {
  if (child.pid === undefined || hasExited(child)) return
  const exited = once(child, 'exit')
  signalGroup(child.pid, stopSignals.get(child) ?? 'SIGTERM')
  const impatience = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), patience)
  await exited
  clearTimeout(impatience)
}

/** Ends a child of `spawnLeashed`, with its whole process group, by SIGKILL. Resolves when the child has exited. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasExited(child)) return
  const exited = once(child, 'exit')
  signalGroup(child.pid, 'SIGKILL')
  await exited
}

/** Has the watcher remove a Docker container when this process is gone. Returns what takes that back. */
export function leashContainer(name: string): () => void {
  return leashThing('container', name)
}

/** Has the watcher remove a directory when this process is gone. Returns what takes that back. */
export function leashDirectory(path: string): () => void {
  return leashThing('directory', path)
}

/** Ends the watcher, which first ends what is still running. Resolves when nothing is left. */
export async function release(): Promise<void> {
  if (!watcher) return
  const { process: child, input } = watcher
  watcher = undefined
  const exited = hasExited(child) ? undefined : once(child, 'exit')
  child.ref()
  input.end()
  await exited
}

/** Whether a child of `spawn` has ended. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function leashThing(kind: string, name: string) {
  startWatcher().input.write(`${kind} ${name}\n`)
  return () => void watcher?.input.write(`un${kind} ${name}\n`)
}

function startWatcher(): Watcher {
  if (watcher) return watcher
  const child = spawn('/bin/sh', [WATCHER], {
    cwd: '/',
    detached: true,
    env: ownEnvironment(dockerVariables()),
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const input = child.stdin!
  // A watcher that was killed must not take the command down with it.
  input.on('error', () => {})
  child.unref()
  ;(input as Writable & { unref?: () => void }).unref?.()
  watcher = { process: child, input }
  return watcher
}

function signalGroup(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended in the meantime.
  }
}
