import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from './paths.mjs'

const PATH = join(cache, 'setup.json')

/** What earlier set-ups found: `lock` (hash of package-lock.json), `postgres`, `rabbitmq`, `k6`. */
export function readState() {
  try {
    return JSON.parse(readFileSync(PATH, 'utf8'))
  } catch {
    return {}
  }
}

export function writeState(state) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(`${PATH}.draft`, `${JSON.stringify(state, undefined, 2)}\n`)
  renameSync(`${PATH}.draft`, PATH)
}
