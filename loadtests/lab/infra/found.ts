import { readFileSync } from 'node:fs'
import { cacheDir, projectRoot } from './paths.ts'
import { UserError } from './user-error.ts'

export type FoundPostgres = { kind: 'url' } | { kind: 'embedded'; bin: string; version: string }
export type FoundRabbitmq =
  | { kind: 'url' }
  | { kind: 'server'; path: string; erl: string }
  | { kind: 'docker'; image: string }
export type FoundK6 = { kind: 'bin'; path: string } | { kind: 'docker'; image: string }
/** `root`: the checkout that it was found for, whose own directories are among the paths. */
export type Found = { root: string; postgres: FoundPostgres; rabbitmq: FoundRabbitmq; k6: FoundK6 }

/**
 * What `npm run setup` found on this machine and wrote to `.cache/setup.json`.
 * @throws UserError when it has not run here: a checkout that was copied or moved has what it wrote elsewhere
 */
export function readFound(): Found {
  const found = read()
  if (found?.root === projectRoot) return found
  throw new UserError('The set-up has not run yet. Run: npm run setup')
}

function read(): Found | undefined {
  try {
    return JSON.parse(readFileSync(`${cacheDir}/setup.json`, 'utf8'))
  } catch {
    return undefined
  }
}
