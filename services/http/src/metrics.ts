import { Counter, Gauge, type Registry } from 'prom-client'
import type { Upstream } from './upstream.ts'

/** Tells of the services that this process calls. Counted where it happens, read when somebody asks. */
export function measureUpstreams(registry: Registry, upstreams: Record<string, Upstream>): void {
  const states = () => Object.entries(upstreams).map(([upstream, it]) => ({ upstream, ...it.state() }))
  const registers = [registry]

  new Gauge({
    name: 'upstream_circuit_open',
    help: '1 while a service is not called at all, because it fails or hangs; else 0',
    labelNames: ['upstream'],
    registers,
    collect() {
      for (const { upstream, isOpen } of states()) this.set({ upstream }, isOpen ? 1 : 0)
    },
  })
  new Gauge({
    name: 'upstream_places_taken',
    help: 'Calls to a service that are under way; those that wait for an order to settle are held',
    labelNames: ['upstream', 'kind'],
    registers,
    collect() {
      for (const { upstream, taken } of states())
        for (const [kind, count] of Object.entries(taken)) this.set({ upstream, kind }, count)
    },
  })
  new Counter({
    name: 'upstream_refused_total',
    help: 'Calls to a service that were not made: its circuit was open, or all of its places taken',
    labelNames: ['upstream', 'reason'],
    registers,
    collect() {
      this.reset()
      for (const { upstream, refused } of states())
        for (const [reason, count] of Object.entries(refused)) this.inc({ upstream, reason }, count)
    },
  })
}
