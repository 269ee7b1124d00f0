import { type Dispatcher, errors } from 'undici'
import { type Deadline, left } from './deadline.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

type Request = Dispatcher.DispatchOptions & {
  /** Until when the answer may go on. Undici's limits begin anew with each piece of it. */
  deadline?: Deadline
  /** Gives up, with its reason. */
  signal?: AbortSignal | undefined
}

/**
 * Sends a request and reads the answer whole. It stands where undici's `request` stands, on `dispatch`, without the stream
 * that `request` makes of every body: bodies here are small, and nobody reads them in pieces.
 * @throws undici's errors, with their `code`, or the signal's reason
 */
export function exchange(dispatcher: Dispatcher, { signal, deadline, ...request }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let head: Omit<Answer, 'body'>
    let sending: Dispatcher.DispatchController | undefined
    // At once, though it may still wait for a connection.
    const giveUp = () => {
      reject(signal?.reason)
      sending?.abort(signal?.reason)
    }
    const forget = () => signal?.removeEventListener('abort', giveUp)
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', giveUp)

    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        sending = controller
        if (signal?.aborted) giveUp()
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers }
      },
      onResponseData(controller, chunk) {
        // What came late in one piece is here all the same.
        const goesOn = chunks.push(chunk) > 1
        if (goesOn && deadline !== undefined && left(deadline) === 0)
          controller.abort(new errors.BodyTimeoutError())
      },
      onResponseEnd() {
        forget()
        resolve({ ...head, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) })
      },
      onResponseError(_controller, error) {
        forget()
        reject(error)
      },
    })
  })
}
