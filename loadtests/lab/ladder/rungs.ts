/** What is measured: each rung does what the one below does, and something more. */
export const RUNGS = {
  database: {
    title: 'database',
    what: 'pgbench with the statements of the monolith: what PostgreSQL and the disk take, whoever asks',
  },
  bare: {
    title: 'bare',
    what: 'one Fastify server with the statements of the monolith and nothing else',
  },
  monolith: {
    title: 'monolith',
    what: 'the shop as it ships: tokens, validation, limits, logs, metrics, idempotency',
  },
  gateway: {
    title: 'gateway + monolith',
    what: 'the gateway as it ships, in front of the monolith',
  },
  services: {
    title: 'services',
    what: 'gateway, orders and inventory as they ship, with their two databases and RabbitMQ',
  },
  proxy: {
    title: 'http-proxy + monolith',
    what: '@fastify/http-proxy with its defaults, in front of the monolith',
  },
} as const

export type RungName = keyof typeof RUNGS

/** The work that rungs are put to. */
export type LoadName = 'checkout' | 'read'

export const LOADS: Record<LoadName, { title: string; unit: string; latency: string }> = {
  checkout: {
    title: 'Checkout: orders of one to three lines; every second buyer waits until the order has settled',
    unit: 'settled order',
    latency: 'latency to settle',
  },
  read: {
    title: 'Read: one product after another',
    unit: 'read',
    latency: 'latency to read',
  },
}

/** From the floor up. */
export const LADDER: RungName[] = ['database', 'bare', 'monolith', 'gateway', 'services']

/** Rungs that a load is put on; the proxy stands beside the ladder. */
export const rungsOf = (load: LoadName): RungName[] => (load === 'read' ? [...LADDER, 'proxy'] : LADDER)
