import type { Dispatcher } from 'undici'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

type Request = Dispatcher.DispatchOptions & {
  /** Gives up, with its reason. */
  signal?: AbortSignal
}

/**
 * Sends a request and reads the answer whole. It stands where undici's `request` stands, on `dispatch`, without the stream
 * that `request` makes of every body: bodies here are small, and nobody reads them in pieces.
 * @throws undici's errors, with their `code`
 */
export function exchange(dispatcher: Dispatcher, { signal, ...request }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let head: Omit<Answer, 'body'>
    let giveUp = () => {}
    const forget = () => signal?.removeEventListener('abort', giveUp)

    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        giveUp = () => controller.abort(signal?.reason)
        if (signal?.aborted) giveUp()
        else signal?.addEventListener('abort', giveUp)
      },
      onResponseStart(_controller, status, headers) {
        head = { status, headers }
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk)
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
