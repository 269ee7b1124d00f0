import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    /** This process's Prometheus registry. */
    metrics: Registry
  }
}

/** What is counted of an order's cost, in every process, though the monolith sends no message and the gateway no statement. */
export const statementsSent = new Counter({
  name: 'db_statements_total',
  help: 'Statements sent to the database, each begin, commit and rollback among them',
  registers: [],
})
export const messagesPublished = new Counter({
  name: 'messages_published_total',
  help: 'Messages handed to the broker, those among them that it did not keep',
  registers: [],
})
export const messagesConsumed = new Counter({
  name: 'messages_consumed_total',
  help: 'Messages that the broker delivered, those among them that came again',
  registers: [],
})
export const connectionsRefused = new Counter({
  name: 'connections_refused_total',
  help: 'Connections closed at once, since the process had as many as it may have',
  registers: [],
})

/** Serves `/metrics`: Node's own figures and the duration of requests in seconds, by method, route and status. */
export function metrics(app: FastifyInstance, service: string): void {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  // Its default wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  })
  for (const counter of [statementsSent, messagesPublished, messagesConsumed, connectionsRefused])
    registry.registerMetric(counter)
  app.decorate('metrics', registry)
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
    done()
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}
