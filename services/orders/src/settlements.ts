import { tracing } from '@shop/shared/runtime/tracing.ts'
import type { Settlement } from './events.ts'

/** How often to look into the database for settlements that no message told of, in milliseconds. */
const POLL_MS = 1_000

type Waiter = (settlement: Settlement | undefined) => void

/** Requests that this replica holds open until their order has settled. */
export interface Settlements {
  /** Resolves with the order's settlement, or with undefined when the time is up or the signal is aborted. */
  wait(orderId: string, ms: number, signal: AbortSignal): Promise<Settlement | undefined>
  /** Answers the requests that wait for these orders. */
  announce(settlements: readonly Settlement[]): void
  /** Lets every request go, unsettled. */
  stop(): void
}

/** @param findSettled looks settlements up; messages are the fast way, this is the one that cannot get lost */
export function createSettlements(findSettled: (ids: string[]) => Promise<Settlement[]>): Settlements {
  const waiting = new Map<string, Set<Waiter>>()
  let stopped = false

  function announce(settlements: readonly Settlement[]): void {
    for (const settlement of settlements) {
      for (const waiter of waiting.get(settlement.orderId) ?? []) waiter(settlement)
    }
  }

  function wait(orderId: string, ms: number, signal: AbortSignal): Promise<Settlement | undefined> {
    if (stopped || signal.aborted) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const waiters = waiting.get(orderId) ?? new Set()
      waiting.set(orderId, waiters)
      const leave = () => done(undefined)
      const timer = setTimeout(leave, ms)
      signal.addEventListener('abort', leave)
      function done(settlement: Settlement | undefined): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', leave)
        waiters.delete(done)
        if (waiters.size === 0) waiting.delete(orderId)
        resolve(settlement)
      }
      waiters.add(done)
    })
  }

  const poll = setInterval(() => {
    if (waiting.size > 0) findSettled([...waiting.keys()]).then(announce, () => undefined)
  }, POLL_MS)

  const spans = tracing
  return {
    wait: spans ? (...to) => spans.around('wait for the settlement', () => wait(...to)) : wait,
    announce,
    stop() {
      stopped = true
      clearInterval(poll)
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter(undefined)
    },
  }
}
