import assert from 'node:assert/strict'
import { buy, newProduct, readProduct } from '@shop/shared/testing/calls.ts'
import { createContext, newCustomer } from '@shop/shared/testing/context.ts'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { metricsOf, onPath, queries, rules } from './support/observe.ts'
import { startPrometheus } from './support/prometheus.ts'
import { testSecret, useStack } from './support/stack.ts'

/** Of RabbitMQ's own plugin, which the laboratory's node is started without. */
const OF_RABBITMQ = [
  'rabbitmq_detailed_queue_messages',
  'rabbitmq_detailed_queue_consumers',
  'rabbitmq_alarms_memory_used_watermark',
  'rabbitmq_alarms_free_disk_space_watermark',
]
const OF_PROMETHEUS = ['up', 'ALERTS']
/** Has a series only once something was refused, for each of its kinds. */
const OF_A_FAULT = ['outbox_refused_total', 'upstream_refused_total', 'ALERTS']

const expressions = [...rules.map(({ expr }) => expr), ...queries.map(({ expr }) => expr)]
const wanted = [...new Set(expressions.flatMap(metricsOf))]

describe('of running stacks', () => {
  const stacks = [useStack('monolith'), useStack('services')]
  const processes = () => stacks.flatMap(({ current }) => current.processes)

  async function shop(): Promise<void> {
    for (const { current } of stacks) {
      const context = createContext({ baseUrl: current.url, secret: testSecret })
      const sku = await newProduct(context, 10)
      await readProduct(context, sku)
      await buy(context, newCustomer(context), [{ sku, quantity: 1 }])
    }
  }

  it('names no metric that no process has', async () => {
    const texts = await Promise.all(
      processes().map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    )
    const there = new Set([...OF_RABBITMQ, ...OF_PROMETHEUS, ...rules.map(({ record }) => record)])
    for (const [, name = '', type] of texts.join('\n').matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const endings = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      for (const ending of endings) there.add(name + ending)
    }
    expect(wanted.length).toBeGreaterThan(20)
    expect(wanted.filter((name) => !there.has(name))).toEqual([])
  })

  const withPrometheus = onPath('prometheus') ? it : it.skip
  withPrometheus('has data for each panel, and takes each rule, as Prometheus sees them', async () => {
    const prometheus = await startPrometheus(processes())
    try {
      await eventually(async () => {
        await shop()
        const targets = await prometheus.targets()
        assert.equal(targets.filter(({ health }) => health === 'up').length, processes().length)
        for (const { title, expr } of queries) {
          if (metricsOf(expr).some((name) => [...OF_RABBITMQ, ...OF_A_FAULT].includes(name))) continue
          const found = await prometheus.query(expr)
          assert.ok(
            found.some((value) => Number.isFinite(value)),
            `${title} shows nothing: ${expr}`,
          )
          if (!expr.includes('by (stack') || !expr.includes('monolith|gateway')) continue
          assert.equal(found.length, stacks.length, `${title} does not show both stacks: ${expr}`)
        }
      }, 40_000)
      for (const expr of expressions) await prometheus.query(expr)
      expect(await prometheus.unhealthyRules()).toEqual([])
    } finally {
      await prometheus.stop()
    }
  })
})
