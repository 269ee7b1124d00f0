import { Counter, Gauge, type Registry } from 'prom-client'

export const brokerConnected = new Gauge({
  name: 'broker_connected',
  help: '1 while there is a connection to the broker for this purpose, else 0',
  labelNames: ['purpose'],
  registers: [],
})
export const messagesRedelivered = new Counter({
  name: 'messages_redelivered_total',
  help: 'Messages that the broker delivered before, to whomever, and that were not acknowledged',
  registers: [],
})
export const messagesDead = new Counter({
  name: 'messages_dead_total',
  help: 'Messages that were set aside as dead letters',
  labelNames: ['queue'],
  registers: [],
})
export const deadLetters = new Gauge({
  name: 'dead_letters',
  help: 'Dead letters of a queue, as they were last counted',
  labelNames: ['queue'],
  registers: [],
})
export const consumerPaused = new Gauge({
  name: 'consumer_paused',
  help: '1 while the messages of a queue wait because they cannot be handled now, else 0',
  labelNames: ['queue'],
  registers: [],
})

/** Shows how this process stands with its broker. */
export function brokerMetrics(registry: Registry): void {
  registry.registerMetric(brokerConnected)
  registry.registerMetric(messagesRedelivered)
  registry.registerMetric(messagesDead)
  registry.registerMetric(deadLetters)
  registry.registerMetric(consumerPaused)
}
