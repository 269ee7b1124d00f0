/** Why a call is given up in the middle. */
const LEAVING = new Error('this process is leaving')

/** Requests that wait for their order to settle, so that they can be let go when this process leaves. */
export interface HeldRequests {
  add(asked: AbortController): void
  remove(asked: AbortController): void
  /** Gives up the calls of all of them, and of those that still come. */
  letGo(): void
}

export function holdRequests(): HeldRequests {
  const waiting = new Set<AbortController>()
  let isLeaving = false
  return {
    add(asked) {
      waiting.add(asked)
      if (isLeaving) asked.abort(LEAVING)
    },
    remove: (asked) => void waiting.delete(asked),
    letGo() {
      isLeaving = true
      for (const asked of waiting) asked.abort(LEAVING)
    },
  }
}

/** Whether it was let go, and its caller is still there. */
export const wasLetGo = ({ reason }: AbortSignal): boolean => reason === LEAVING
