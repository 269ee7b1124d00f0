import { backoff } from '@shop/shared/runtime/backoff.ts'
import { Missing } from '@shop/shared/runtime/health.ts'
import { isContention } from '@shop/shared/runtime/postgres-errors.ts'
import { consumerPaused } from './broker-metrics.ts'

const RETRY_MS = { first: 200, most: 2_000 }

/** Why a consumer's messages wait, and since when. It outlives channels: a new one makes nothing work again. */
export interface Pause {
  /** Something that is not the messages' fault kept them from being handled. */
  begin(error: Error): void
  /** Messages were handled, or none is left. */
  end(): void
  readonly isOn: boolean
  /** Whether it is on, and not merely because others are in the way. */
  readonly isBroken: boolean
  /** How long it has lasted, in milliseconds. */
  lastsMs(): number
  /** How long to wait before the next attempt, in milliseconds: longer each time, and not the same twice. */
  nextMs(): number
  /** @throws Missing while it lasts, unless others were merely in the way */
  check(): void
}

export function createPause(queue: string): Pause {
  let since: number | undefined
  let tried = 0
  let reason: Error & { code?: string } = new Error()
  const isBroken = () => since !== undefined && !isContention(reason)
  const show = () => consumerPaused.set({ queue }, since === undefined ? 0 : 1)
  show()

  return {
    begin(error) {
      reason = error
      since ??= performance.now()
      show()
    },
    end() {
      if (since === undefined) return
      since = undefined
      tried = 0
      show()
    },
    get isOn() {
      return since !== undefined
    },
    get isBroken() {
      return isBroken()
    },
    lastsMs: () => (since === undefined ? 0 : performance.now() - since),
    nextMs: () => backoff(tried++, RETRY_MS),
    check() {
      if (!isBroken()) return
      throw new Missing(
        `messages of ${queue} wait: what handles them fails with ${reason.code ?? reason.name}`,
      )
    },
  }
}
