import type { ServerResponse } from 'node:http'

/** Why a call is given up whose answer nobody reads any more. */
const GONE = new Error('the caller has gone')

/**
 * Runs `work` with a signal that is aborted when whoever asked has hung up, or was answered meanwhile: nobody waits then,
 * and the places that the work holds are needed by others.
 */
export async function whileAsked<T>(
  response: ServerResponse,
  work: (asked: AbortController) => Promise<T>,
): Promise<T> {
  const asked = new AbortController()
  const leave = () => asked.abort(GONE)
  if (response.destroyed) leave()
  response.once('close', leave)
  try {
    return await work(asked)
  } finally {
    response.off('close', leave)
  }
}
