import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cache } from './paths.mjs'
import { say } from './progress.mjs'

const PATH = join(cache, 'setup.lock')
const HEARTBEAT_MS = 2_000
// The holder's id may have gone to another process; the lock is stale, too, when no one keeps it fresh.
const STALE_MS = 30_000
const LOOK_AGAIN_MS = 200

/**
 * Waits until no other set-up runs in this checkout, and keeps others out. The lock of one that has died is taken over.
 * @returns what lets the others in
 */
export async function takeLock() {
  mkdirSync(cache, { recursive: true })
  let told = false
  while (!tryTake()) {
    const holder = readHolder(PATH)
    if (holder === undefined) continue
    if (isStale(holder)) {
      setAside(holder)
      continue
    }
    if (!told) say(`Another set-up (process ${holder}) runs in this checkout. Waiting for it.`)
    told = true
    await delay(LOOK_AGAIN_MS)
  }
  const heartbeat = setInterval(touch, HEARTBEAT_MS)
  heartbeat.unref()
  process.once('exit', release)
  return () => {
    clearInterval(heartbeat)
    process.off('exit', release)
    release()
  }
}

function release() {
  if (readHolder(PATH) === process.pid) rmSync(PATH, { force: true })
}

/** A link appears with its content or not at all. */
function tryTake() {
  const draft = `${PATH}.${process.pid}`
  writeFileSync(draft, `${process.pid}\n`)
  try {
    linkSync(draft, PATH)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Of several that find the same stale lock, one moves it away; what turns out to be a fresh one is put back. */
function setAside(holder) {
  const aside = `${PATH}.stale.${process.pid}`
  try {
    renameSync(PATH, aside)
    if (!Object.is(readHolder(aside), holder)) linkSync(aside, PATH)
  } catch {
    // Another was quicker.
  }
  rmSync(aside, { force: true })
}

function isStale(pid) {
  if (!isAlive(pid)) return true
  try {
    return Date.now() - statSync(PATH).mtimeMs > STALE_MS
  } catch {
    return false
  }
}

/** A process id; NaN when the file holds none; undefined when there is no file. */
function readHolder(path) {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10)
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function touch() {
  try {
    utimesSync(PATH, new Date(), new Date())
  } catch {
    // Taken over while this machine slept.
  }
}
