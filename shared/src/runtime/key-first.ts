import { ProblemError, problems } from '../contract/problems.ts'
import { isUnavailable } from './postgres-errors.ts'

/** How long the work may take, in milliseconds, before it is asked aside whether an earlier call has done it. */
const PATIENCE_MS = 100

/**
 * What a call under an idempotency key comes to. The work finds out by itself when its key is taken; but where it has to wait,
 * or cannot be done just now, the caller still learns what the key stands for. Work that is overtaken goes on, and must find
 * its key taken.
 * @param lookUp asks aside, where nothing that holds up the work can hold it up: what the key has made, undefined for nothing.
 * What it throws is answered if it is a problem, else it counts as nothing found
 */
export function keyFirst<T>(work: () => Promise<T>, lookUp: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    async function answerIfDone(): Promise<void> {
      try {
        const done = await lookUp()
        if (done !== undefined) resolve(done)
      } catch (error) {
        if (error instanceof ProblemError) reject(error)
      }
    }

    const timer = setTimeout(answerIfDone, PATIENCE_MS)
    work()
      .finally(() => clearTimeout(timer))
      .then(resolve, async (error: Error) => {
        if (isNotNow(error)) await answerIfDone()
        reject(error)
      })
  })
}

/** A problem with what was asked is none that time mends; one of ours, or of what we depend on, is. */
const isNotNow = (error: Error): boolean =>
  error instanceof ProblemError ? problems[error.problem].status > 500 : isUnavailable(error)
