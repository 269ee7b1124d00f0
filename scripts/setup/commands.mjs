import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { logs, modules, root } from './paths.mjs'
import { during } from './progress.mjs'

const LAST_LINES = 12
const children = new Set()

/** Every place on PATH, less this checkout's own, that holds a command. */
export function allOnPath(command) {
  return searchPath()
    .map((directory) => join(directory, command))
    .filter(isExecutable)
}

/** The first place on PATH that holds a command, or undefined. */
export const onPath = (command) => allOnPath(command)[0]

/**
 * Of several places on PATH the first whose command runs, else the first that holds it. A version manager may have put a shim
 * there that only says that no version is set.
 * @param args with which it does nothing and ends well
 */
export function workingOnPath(command, args) {
  const found = allOnPath(command)
  return found.find((path) => found.length === 1 || ask(path, args).ok) ?? found[0]
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Runs a short command and returns what it prints; `ok` tells whether it ended well. It has no more of the shell's variables
 * than the laboratory will give it, so that what works here works there.
 */
export function ask(command, args, { timeout = 15_000, ...options } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout,
    env: bareEnvironment(),
    ...options,
  })
  if (error)
    return {
      ok: false,
      text: error.code === 'ETIMEDOUT' ? `no answer within ${timeout / 1000} s` : error.message,
    }
  return { ok: status === 0, text: `${stdout}\n${stderr}`.trim() }
}

/**
 * Runs a long command with progress. All it prints goes to `.cache/logs/setup-<name>.log`.
 * @returns `ok`, `text` (all it printed), `log` (its path as a person would type it)
 */
export async function run(title, name, command, args, options = {}) {
  mkdirSync(logs, { recursive: true })
  const path = join(logs, `setup-${name}.log`)
  const log = createWriteStream(path)
  log.write(`$ ${command} ${args.join(' ')}\n`)
  let ok = false
  await during(title, async () => {
    ok = await exitsWell(
      command,
      args,
      { cwd: root, ...options, env: { ...environment(), ...options.env } },
      log,
    )
    await new Promise((resolve) => log.end(resolve))
    if (!ok) throw new Ended()
  }).catch((error) => {
    if (!(error instanceof Ended)) throw error
  })
  const text = readFileSync(path, 'utf8')
  return { ok, text, log: relative(root, path) }
}

/** The last lines that a command printed, indented. */
export function lastLines(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(-LAST_LINES)
    .map((line) => `    ${line}`)
    .join('\n')
}

export const lastLine = (text) => text.trim().split('\n').at(-1)?.trim() ?? ''

/** Ends the commands that run now, and resolves when they have ended. */
export async function stopCommands() {
  await Promise.all(
    [...children].map((child) => {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      return ended
    }),
  )
}

class Ended extends Error {}

function exitsWell(command, args, options, log) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.write(chunk))
    child.once('error', (error) => {
      log.write(`${error.message}\n`)
      resolve(false)
    })
    child.once('close', (code) => {
      children.delete(child)
      resolve(code === 0)
    })
  })
}

// `npm run` puts the checkout's own Node first, which `npm ci` is about to replace.
function searchPath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((directory) => directory && !directory.startsWith(modules))
}

/** All that the shell has. */
export function environment() {
  return { ...process.env, PATH: searchPath().join(delimiter) }
}

/** What loadtests/lab/infra/environment.ts gives to everybody. */
export function bareEnvironment() {
  const { HOME, USER, LOGNAME, TMPDIR, PATH } = environment()
  return { HOME, USER, LOGNAME, TMPDIR, PATH, LC_ALL: 'C' }
}
