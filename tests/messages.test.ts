import * as inventory from '../services/inventory/src/events.ts'
import * as orders from '../services/orders/src/events.ts'

// What one service publishes is what the other reads: the consumer's view may be narrower, never different.

interface ObjectSchema {
  properties: Record<string, object>
  required: string[]
}

describe.each([
  ['orders', orders.published, 'inventory', inventory.consumed],
  ['inventory', inventory.published, 'orders', orders.consumed],
])('the facts of %s', (publisher, published, consumer, consumed) => {
  it(`are the ones that ${consumer} listens for`, () => {
    expect(Object.keys(consumed).sort()).toEqual(Object.keys(published).sort())
  })

  it.each(Object.entries(consumed))(
    `%s, as ${consumer} reads it, is promised by ${publisher}`,
    (topic, view) => {
      const promised = (published as Record<string, unknown>)[topic] as ObjectSchema
      const { properties, required } = view as unknown as ObjectSchema
      for (const name of required) {
        expect(promised.required).toContain(name)
        expect(core(promised.properties[name])).toEqual(core(properties[name]))
      }
    },
  )
})

/** A schema without what only narrows a reader's trust: the publisher's contract sees to it that lines are not empty. */
const core = (schema: object | undefined) =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'minItems' ? undefined : value)))
