import type { Attempt, Entry } from '../history/history.ts'
import type { Endpoint, RequestCounts } from '../result.ts'
import { FIRST_PROBE } from './healthy.ts'

/** The load's own entries, without the probes of the recovery. */
export const ofLoad = (entries: Entry[]) => entries.filter(({ operation }) => operation.op < FIRST_PROBE)

/** What became of the requests, by endpoint. */
export function countRequests(entries: Entry[]): Partial<Record<Endpoint, RequestCounts>> {
  const byEndpoint = Map.groupBy(ofLoad(entries), ({ operation }) => operation.endpoint)
  return Object.fromEntries([...byEndpoint].map(([endpoint, own]) => [endpoint, count(own)]))
}

function count(entries: Entry[]): RequestCounts {
  const attempts = entries.flatMap((entry) => entry.attempts)
  const failed = attempts.filter(isFailed).length
  const unknown = attempts.filter(({ outcome }) => outcome?.kind !== 'answered' && !isRefused(outcome)).length
  return withShare({ asked: attempts.length, failed, unknown })
}

const isRefused = (outcome: Attempt['outcome']) => outcome?.kind === 'failed'

/** Refused, or answered that it does not work just now. */
export function isFailed({ outcome }: Attempt): boolean {
  if (outcome?.kind === 'answered') return outcome.status >= 500 || outcome.status === 429
  return isRefused(outcome)
}

export const withShare = (counts: Omit<RequestCounts, 'share'>): RequestCounts => ({
  ...counts,
  share: counts.asked === 0 ? 0 : (counts.failed + counts.unknown) / counts.asked,
})

/** Requests that went out under a key that had gone out before. */
export const countResent = (entries: Entry[]): number =>
  ofLoad(entries)
    .filter(({ operation }) => operation.key)
    .reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0)

/** Every failed request, told for a fault under which none may fail. */
export function failedRequests(entries: Entry[]): string[] {
  const told = ofLoad(entries).flatMap(({ operation, attempts }) =>
    attempts
      .filter((attempt) => isFailed(attempt) || attempt.outcome?.kind !== 'answered')
      .map(
        ({ sentAt, outcome }) => `${operation.endpoint} ${operation.op} at ${sentAt} ms: ${tell(outcome)}`,
      ),
  )
  return told.length === 0
    ? []
    : [`no request fails: ${told.length} failed, such as ${told.slice(0, 3).join('; ')}`]
}

/** Answers that the shop never means to give. */
export function badAnswers(entries: Entry[]): string[] {
  const bad = entries.flatMap(({ operation, attempts }) =>
    attempts
      .filter(({ outcome }) => outcome?.kind === 'answered' && BAD.has(outcome.status))
      .map(
        ({ sentAt, outcome }) => `${operation.endpoint} ${operation.op} at ${sentAt} ms: ${tell(outcome)}`,
      ),
  )
  return bad.length === 0 ? [] : [`no answer is a 500: ${bad.length} were, such as ${bad[0]}`]
}

const BAD = new Set([500, 502])

function tell(outcome: Attempt['outcome']): string {
  if (!outcome) return 'no answer'
  return outcome.kind === 'answered' ? `${outcome.status} ${outcome.problem ?? ''}`.trim() : outcome.reason
}
