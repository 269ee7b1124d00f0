import { readFileSync } from 'node:fs'
import { cacheDir } from './paths.ts'
import { UserError } from './user-error.ts'

export type FoundPostgres = { kind: 'url' } | { kind: 'embedded'; bin: string; version: string }
export type FoundRabbitmq =
  | { kind: 'url' }
  | { kind: 'server'; path: string }
  | { kind: 'docker'; image: string }
export type FoundK6 = { kind: 'bin'; path: string } | { kind: 'docker'; image: string }
export type Found = { postgres: FoundPostgres; rabbitmq: FoundRabbitmq; k6: FoundK6 }

/** What `npm run setup` found on this machine and wrote to `.cache/setup.json`. */
export function readFound(): Found {
  try {
    return JSON.parse(readFileSync(`${cacheDir}/setup.json`, 'utf8'))
  } catch {
    throw new UserError('The set-up has not run yet. Run: npm run setup')
  }
}
