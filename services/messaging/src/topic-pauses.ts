import { backoff } from '@shop/shared/runtime/backoff.ts'

/** How old a fact must be before the relay looks at it: an attempt before that would find nothing. */
const LEAST_MS = 1_000
/** On top of that. */
const RETRY_MS = { first: 250, most: 4_000 }

/** A topic that the broker does not take just now. */
interface Pause {
  failures: number
  /** How many facts the next attempt is made with. */
  width: number
  /** When that is, and when the last one was at the latest, by the monotonic clock. */
  until: number
  since: number
}

/** A topic to be tried, and with how many facts. */
export interface Attempt {
  topic: string
  limit: number
}

/**
 * Which topics are not sent for a while, so that one full queue neither holds up what others want nor has its other
 * readers get the same facts without end.
 */
export interface Pauses {
  /** The topics that only attempts are made with. */
  topics(): string[]
  /** Facts of this topic were not kept. @returns whether that is news */
  refused(topic: string): boolean
  /** New facts of this topic were kept: an attempt need not wait much longer. */
  kept(topic: string): void
  due(): Attempt | undefined
  /** How an attempt ended. After `kept` the next one is wider, until the topic counts as well. @returns whether it is */
  tried(topic: string, outcome: 'kept' | 'refused' | 'nothing left'): boolean
  /** Makes all topics due: the broker is another one, or has been restarted. */
  tryAll(): void
  /** Milliseconds until a topic is due. */
  wait(): number
}

/** @param full how many facts an attempt is made with at most */
export function createPauses(full: number, now = () => performance.now()): Pauses {
  const pauses = new Map<string, Pause>()

  function refuse(topic: string): void {
    const failures = pauses.get(topic)?.failures ?? 0
    const since = now()
    const until = since + LEAST_MS + backoff(failures, RETRY_MS)
    pauses.set(topic, { failures: failures + 1, width: 1, since, until })
  }

  return {
    topics: () => [...pauses.keys()],
    refused(topic) {
      if (pauses.has(topic)) return false
      refuse(topic)
      return true
    },
    kept(topic) {
      const pause = pauses.get(topic)
      if (pause) pause.until = Math.min(pause.until, pause.since + LEAST_MS)
    },
    due() {
      const [topic, pause] = [...pauses].find(([, { until }]) => until <= now()) ?? []
      return topic && pause ? { topic, limit: pause.width } : undefined
    },
    tried(topic, outcome) {
      const pause = pauses.get(topic)
      if (!pause) return false
      if (outcome === 'refused') {
        refuse(topic)
        return false
      }
      if (outcome === 'nothing left' || pause.width >= full) return pauses.delete(topic)
      // A queue with one place free takes one fact: all that wait, sent at once, would reach its other readers in vain.
      pauses.set(topic, { ...pause, width: Math.min(full, pause.width * 2), until: now() })
      return false
    },
    tryAll() {
      for (const pause of pauses.values()) pause.until = now()
    },
    wait: () => Math.max(0, Math.min(...[...pauses.values()].map(({ until }) => until)) - now()),
  }
}
