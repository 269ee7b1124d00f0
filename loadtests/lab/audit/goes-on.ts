import type { Attempt, Entry } from '../faults/history/history.ts'
import type { Endpoint } from '../faults/result.ts'
import type { Check } from './check.ts'

/** An endpoint, for the first time or, `repeatOrder`, for an order that is there already, under its key. */
export type Call = Endpoint | 'repeatOrder'

/** When a fault was in force, in milliseconds of the history. */
export type InForce = { from: number; until: number }

const EXAMPLES = 3

/**
 * Checks I8: while one part is broken, calls that need only the others are answered.
 * @param goesOn the calls that the fault leaves alone
 */
export function checkGoesOn(entries: Entry[], goesOn: Call[], { from, until }: InForce): Check[] {
  return goesOn.map((call) => {
    const asked = entries
      .filter(({ operation }) => callOf(operation) === call)
      .flatMap(({ operation, attempts }) => attempts.map((attempt) => ({ op: operation.op, attempt })))
      .filter(({ attempt }) => attempt.sentAt >= from && attempt.sentAt <= until)
    const wrong = asked.filter(({ attempt }) => !isAnswered(attempt))
    const name = `I8 ${call} goes on while another part is broken`
    if (wrong.length === 0) return { name, ok: true, detail: `${asked.length} looked at` }
    const told = wrong
      .slice(0, EXAMPLES)
      .map(({ op, attempt }) => `${op} at ${attempt.sentAt} ms: ${tell(attempt)}`)
    return {
      name,
      ok: false,
      detail: `${wrong.length} of ${asked.length} failed, such as ${told.join('; ')}`,
    }
  })
}

/** How long a refusal may take, in milliseconds, on a slow machine: less than to wait for what does not come. */
const SOON_MS = 5_000
/** Whoever has a look whether it is back may wait. */
const LATE_SHARE = 0.02

/**
 * Checks I8 of calls that need what is broken: nobody waits for it once it is known.
 * @param from when it is known
 */
export function checkRefusedSoon(entries: Entry[], call: Call, { from, until }: InForce): Check {
  const asked = entries
    .filter(({ operation }) => callOf(operation) === call)
    .flatMap(({ attempts }) => attempts)
    .filter(({ sentAt }) => sentAt >= from && sentAt <= until)
  const late = asked.filter(({ sentAt, endedAt = until }) => endedAt - sentAt > SOON_MS)
  const name = `I8 ${call} is refused at once while it cannot be served`
  if (late.length <= LATE_SHARE * asked.length) return { name, ok: true, detail: `${asked.length} looked at` }
  return { name, ok: false, detail: `${late.length} of ${asked.length} waited for longer than ${SOON_MS} ms` }
}

const callOf = ({ endpoint, of }: Entry['operation']): Call =>
  endpoint === 'placeOrder' && of !== undefined ? 'repeatOrder' : endpoint

const isAnswered = ({ outcome }: Attempt) =>
  outcome?.kind === 'answered' && outcome.status < 500 && outcome.status !== 429

function tell({ outcome }: Attempt): string {
  if (!outcome) return 'no answer'
  return outcome.kind === 'answered' ? `${outcome.status} ${outcome.problem ?? ''}`.trim() : outcome.reason
}
