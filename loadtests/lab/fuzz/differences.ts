import { openSessions } from '../audit/sessions.ts'
import type { StackDatabases } from '../stacks/stack.ts'
import type { Ledger } from './ledger.ts'

/** Holds a stack's databases, at rest, against what it agreed to. Returns a sentence for each thing that is not so. */
export async function differences(ledger: Ledger, databases: StackDatabases): Promise<string[]> {
  const { orders, inventory, all } = await openSessions(databases)
  try {
    const [products, restocks, placed, held] = [
      await inventory.query<{ sku: string; name: string; price_cents: number; available: string }>(
        'select * from product',
      ),
      await inventory.query<{ key: string; sku: string; quantity: number }>(
        'select idempotency_key as key, sku, quantity from restock',
      ),
      await orders.query<{ id: string; key: string; status: string }>(
        'select id, idempotency_key as key, status from orders',
      ),
      await orders.query<{ sku: string; held: string }>(
        `select sku, sum(quantity) as held from order_line l join orders o on o.id = l.order_id
         where o.status = 'confirmed' group by sku`,
      ),
    ]
    const wrong = [
      ...restocks.rows.flatMap((it) => restockDifference(ledger, it)),
      ...missing(
        'restock',
        ledger.restocks.keys(),
        restocks.rows.map(({ key }) => key),
      ),
      ...placed.rows.flatMap((it) => orderDifference(ledger, it)),
      ...missing(
        'order',
        ledger.orders,
        placed.rows.map(({ id }) => id),
      ),
    ]
    const heldBySku = new Map(held.rows.map((it) => [it.sku, Number(it.held)]))
    for (const { sku, name, price_cents, available } of products.rows) {
      const restocked = restocks.rows
        .filter((it) => it.sku === sku)
        .reduce((sum, { quantity }) => sum + quantity, 0)
      const expected = restocked - (heldBySku.get(sku) ?? 0)
      if (Number(available) !== expected)
        wrong.push(`Of ${sku} ${available} are available, and not ${expected}`)
      const given = ledger.products.get(sku)?.has(`${name}*${price_cents}`) || ledger.lost.has(sku)
      if (!given)
        wrong.push(
          `${sku} is named ${JSON.stringify(name)} for ${price_cents}, which no accepted call asked for`,
        )
    }
    return wrong
  } finally {
    await Promise.all(all.map((client) => client.end()))
  }
}

function restockDifference(
  { restocks, lost }: Ledger,
  { key, sku, quantity }: { key: string; sku: string; quantity: number },
) {
  const agreed = restocks.get(key)
  if (agreed === `${sku}*${quantity}` || lost.has(key)) return []
  return [`The restock ${key} of ${quantity} of ${sku} is there, and ${agreed ?? 'nothing'} was agreed to`]
}

function orderDifference(
  { orders, cancels, lost }: Ledger,
  { id, key, status }: { id: string; key: string; status: string },
) {
  if (!orders.has(id) && !lost.has(key)) return [`The order ${id} is there, and no answer told of it`]
  if (status === 'cancelled' && !cancels.has(id) && !lost.has(id))
    return [`The order ${id} is cancelled, and no answer told of it`]
  return []
}

function missing(what: string, agreed: Iterable<string>, found: string[]): string[] {
  const there = new Set(found)
  return [...agreed]
    .filter((it) => !there.has(it))
    .map((it) => `The ${what} ${it} was agreed to and is not there`)
}
