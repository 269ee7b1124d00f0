import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { messageBindings, type OutgoingMessage } from './message.ts'
import { deleteSent } from './outbox.ts'
import { CONFIRM_LIMIT_MS, type Publish, publishAll, type Unsent } from './publish.ts'

/**
 * Groups of facts of a topic that may wait for their confirms at once. What is committed meanwhile gathers and leaves as the next
 * group, and is meant to arrive as one: with few orders hardly any fact waits for another, with many the broker has less to do for
 * each.
 */
const GROUPS = 2
/** How long facts that the broker has keep their rows, so that many go by one statement. A crash meanwhile sends them twice. */
const LINGER_MS = 100
/** A group that waits for its confirms through so many of these holds up the next one no more: readers may have it long since. */
const HOLDS = 3

interface DispatchLog {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
}

/** Sends facts as soon as they are committed, from memory. Their rows in the outbox are for when that fails. */
export interface Dispatch {
  /** Publishes facts that are committed. What the broker does not keep stays in the outbox. */
  send(publish: Publish, messages: readonly OutgoingMessage[]): void
  /** The broker has this fact: its row is to go. */
  confirmed(id: string): void
  /** The ids of facts that nobody else is to send now, though they are in the outbox. */
  underWay(): string[]
  /** How many facts have left, or are about to, and are not confirmed. */
  count(): number
  /** Waits for what is under way, and deletes what was sent. */
  stop(): Promise<void>
}

/** Facts that were published together, and for how many looks at them they have been waiting. */
interface Group {
  facts: readonly OutgoingMessage[]
  looks: number
  answered: Promise<void>
}

/** The facts of one topic: no other's wait for them. */
interface Lane {
  gathered: OutgoingMessage[]
  groups: Set<Group>
}

/** @param answered is told of facts of a topic that were sent, and what of them the broker does not keep */
export function startDispatch(
  pool: Pool,
  log: DispatchLog,
  answered: (topic: string, unsent: Unsent) => void,
): Dispatch {
  const lanes = new Map<string, Lane>()
  let sent: string[] = []
  let publishing: Publish | undefined

  function laneOf(topic: string): Lane {
    const lane = lanes.get(topic) ?? { gathered: [], groups: new Set() }
    lanes.set(topic, lane)
    return lane
  }

  function leave(publish: Publish, lane: Lane): void {
    const holding = [...lane.groups].filter(({ looks }) => looks < HOLDS).length
    if (lane.gathered.length === 0 || holding === GROUPS) return
    const facts = lane.gathered
    lane.gathered = []
    const group: Group = { facts, looks: 0, answered: Promise.resolve() }
    lane.groups.add(group)
    group.answered = sendGroup(publish, lane, group)
  }

  async function sendGroup(publish: Publish, lane: Lane, group: Group): Promise<void> {
    // Each by itself, be it late: what the broker has is not to be sent again.
    const noted: Publish = (message) => publish(message).then(() => void sent.push(message.id))
    const unsent = await publishAll(noted, group.facts)
    for (const message of group.facts)
      log.debug(messageBindings(message), unsent.has(message) ? 'left to the relay' : 'published')
    lane.groups.delete(group)
    answered(group.facts[0]!.topic, unsent)
    leave(publish, lane)
  }

  async function allAnswered(): Promise<void> {
    const groups = () => [...lanes.values()].flatMap((lane) => [...lane.groups])
    while (groups().length > 0) await Promise.all(groups().map(({ answered }) => answered))
  }

  async function forgetSent(): Promise<void> {
    if (sent.length === 0) return
    const ids = sent
    sent = []
    await deleteSent(pool, ids).catch(({ message }: Error) =>
      log.warn(
        { reason: message, facts: ids.length },
        'sent facts stay in the outbox, and will be sent again',
      ),
    )
  }

  function holdNoLonger(): void {
    for (const lane of lanes.values()) {
      for (const group of lane.groups) group.looks++
      if (publishing) leave(publishing, lane)
    }
  }

  // Begun here, and not by what is sent: its statements belong to no request.
  const timer = setInterval(() => {
    holdNoLonger()
    void forgetSent()
  }, LINGER_MS)
  const unconfirmed = () =>
    [...lanes.values()].flatMap(({ gathered, groups }) => [
      gathered,
      ...[...groups].map(({ facts }) => facts),
    ])

  return {
    send(publish, messages) {
      publishing = publish
      for (const message of messages) laneOf(message.topic).gathered.push(message)
      for (const topic of new Set(messages.map(({ topic }) => topic))) leave(publish, laneOf(topic))
    },
    confirmed: (id) => void sent.push(id),
    underWay: () => [
      ...sent,
      ...unconfirmed()
        .flat()
        .map(({ id }) => id),
    ],
    count: () => unconfirmed().reduce((sum, { length }) => sum + length, 0),
    async stop() {
      clearInterval(timer)
      await Promise.race([allAnswered(), delay(CONFIRM_LIMIT_MS, undefined, { ref: false })])
      await forgetSent()
    },
  }
}
