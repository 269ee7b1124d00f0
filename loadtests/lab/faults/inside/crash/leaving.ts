import { channels } from './shipped.ts'

/**
 * Refuses, in the broker's place, what is published while `isKept` says so: then it waits in the outbox for the relay.
 */
export function keepFromLeaving(isKept: () => boolean): void {
  const { prototype } = channels().ConfirmChannel
  const original = prototype.publish
  prototype.publish = function (exchange, key, content, options, confirmed) {
    if (!isKept()) return original.call(this, exchange, key, content, options, confirmed)
    setImmediate(() => confirmed?.(new Error('kept by the crash point'), {} as never))
    return true
  }
}
