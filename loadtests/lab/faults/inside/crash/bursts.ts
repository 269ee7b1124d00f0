import type { Channel, ConfirmChannel } from 'amqplib'
import { channels } from './shipped.ts'

type Confirmed = (error: unknown, ok: unknown) => void

/**
 * Lets only the first half of a burst go: of two or more publishes, or acknowledgements, that follow each other without a
 * pause. Calls back once the broker has that half; nothing else goes to it from then on.
 * @param method which of the two
 * @param choose is asked at every burst whether this is the one
 */
export function halveBurst(method: 'publish' | 'ack', choose: () => boolean, done: () => void): void {
  if (method === 'publish') halvePublishes(choose, done)
  else halveAcks(choose, done)
}

function halvePublishes(choose: () => boolean, done: () => void): void {
  const { prototype } = channels().ConfirmChannel
  const original = prototype.publish
  type Call = Parameters<ConfirmChannel['publish']>
  const burst = gather<ConfirmChannel, Call>(choose, (channel, calls, isHalf) => {
    let left = calls.length
    for (const [exchange, key, content, options, confirmed] of calls) {
      const then: Confirmed = (error, ok) => {
        if (!isHalf) return confirmed?.(error, ok as never)
        left--
        if (left === 0) done()
      }
      original.call(channel, exchange, key, content, options, then as Call[4])
    }
  })
  prototype.publish = function (...call) {
    burst(this, call)
    return true
  }
}

function halveAcks(choose: () => boolean, done: () => void): void {
  const { prototype } = channels().Channel
  const original = prototype.ack
  const burst = gather<Channel, Parameters<Channel['ack']>>(choose, (channel, calls, isHalf) => {
    for (const call of calls) original.apply(channel, call)
    // The broker takes what comes on a channel in order: when it has answered this, it has the acknowledgements.
    if (isHalf) channel.prefetch(1).then(done, done)
  })
  prototype.ack = function (...call) {
    burst(this, call)
  }
}

/** Collects the calls that come in one turn, and lets them go at its end: all, or the first half of the chosen burst. */
function gather<C extends object, T>(
  choose: () => boolean,
  letGo: (channel: C, calls: T[], isHalf: boolean) => void,
): (channel: C, call: T) => void {
  const gathered = new Map<C, T[]>()
  let isOver = false
  return (channel, call) => {
    if (isOver) return
    const calls = gathered.get(channel)
    if (calls) return void calls.push(call)
    gathered.set(channel, [call])
    queueMicrotask(() => {
      const all = gathered.get(channel)!
      gathered.delete(channel)
      if (isOver) return
      isOver = all.length > 1 && choose()
      letGo(channel, isOver ? all.slice(0, all.length / 2) : all, isOver)
    })
  }
}
