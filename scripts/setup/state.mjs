import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from './paths.mjs'

const PATH = join(cache, 'setup.json')

/**
 * What earlier set-ups found: `lock` (hash of package-lock.json), `postgres`, `rabbitmq`, `k6`. Nothing in a checkout that was
 * copied or moved: paths among it lead into the old one.
 */
export function readState() {
  try {
    const { root: place, ...state } = JSON.parse(readFileSync(PATH, 'utf8'))
    return place === root ? state : {}
  } catch {
    return {}
  }
}

export function writeState(state) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(`${PATH}.draft`, `${JSON.stringify({ root, ...state }, undefined, 2)}\n`)
  renameSync(`${PATH}.draft`, PATH)
}
