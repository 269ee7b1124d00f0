import type { Pool } from '@shop/shared/runtime/postgres.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import { measureOutbox } from './outbox.ts'
import type { Relay } from './relay.ts'

/** Facts that the broker did not keep, each as often as it was tried. */
export const outboxRefused = new Counter({
  name: 'outbox_refused_total',
  help: 'Facts that the broker did not keep: some queue was full (refused), none wants them (unroutable), no confirm in time (late)',
  labelNames: ['topic', 'reason'],
  registers: [],
})

/** Shows what is on its way out of this process, and what its database keeps for that. */
export function outboxMetrics(registry: Registry, pool: Pool, relay: Relay): void {
  registry.registerMetric(outboxRefused)
  const oldest = new Gauge({
    name: 'outbox_oldest_seconds',
    help: 'How long the oldest fact has been in the outbox; 0 when it is empty',
    registers: [registry],
  })
  new Gauge({
    name: 'outbox_facts',
    help: 'Facts in the outbox, of all replicas of this service',
    registers: [registry],
    async collect() {
      // What cannot be asked is not shown, rather than all the others with it.
      const { facts, oldestSeconds } = await measureOutbox(pool).catch(() => UNKNOWN)
      this.set(facts)
      oldest.set(oldestSeconds)
    },
  })
  new Gauge({
    name: 'facts_under_way',
    help: 'Facts of this process that left from memory, or are about to, and are not confirmed',
    registers: [registry],
    collect() {
      this.set(relay.underWay())
    },
  })
}

const UNKNOWN = { facts: Number.NaN, oldestSeconds: Number.NaN }
