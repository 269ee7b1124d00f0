import type { OrderStatus } from '@shop/shared/contract/schemas.ts'
import { nextStatus } from '@shop/shared/rules/order-state.ts'
import type { Entry, SeenOrder } from '../faults/history/history.ts'
import type { Check } from './check.ts'
import type { Facts, OrderFact, RestockFact } from './facts.ts'
import { type Answered, type Placed, type Restocked, readHistory } from './history-reading.ts'

/** What was in the shop before the load, by SKU. */
export type Seeded = Map<string, number>

const EXAMPLES = 3

/**
 * Compares what clients did and saw with what is in the databases at rest.
 * @param facts all of the load's rows: not those that put the catalogue there
 */
export function checkHistory(entries: Entry[], facts: Facts, seeded: Seeded): Check[] {
  const read = readHistory(entries)
  const ordersByKey = Map.groupBy(facts.orders, ({ key }) => key)
  const ordersById = new Map(facts.orders.map((order) => [order.id, order]))
  const restocksByKey = Map.groupBy(facts.restocks, ({ key }) => key)
  return [
    check('I1 (history) answered orders exist once', read.placed, (it) => placedOnce(it, ordersByKey)),
    check('I1 (history) unanswered orders exist once or not at all', read.placed, (it) =>
      notTwice(it, ordersByKey),
    ),
    check('I1 (history) refused orders do not exist', read.placed, (it) => refused(it, ordersByKey)),
    check('I1 (history) orders hold what was asked for', read.placed, (it) => asAsked(it, ordersByKey)),
    check('I1 (history) every order was asked for', facts.orders, (it) => wasAsked(it, read.placed)),
    check('I1 (history) orders are in the state that was told or one that follows', read.answered, (it) =>
      follows(it, ordersById),
    ),
    check('I1 (history) no order goes back to an earlier state', read.answered, (it) =>
      goesBack(it, read.answered),
    ),
    check('I1 (history) an answered order is found', read.lookedFor, (it) =>
      it.problem === 'not-found' ? `order ${it.orderId} was not found` : undefined,
    ),
    check('I2 (history) nothing read is below zero', read.available, (it) =>
      it < 0 ? `${it} pieces were available` : undefined,
    ),
    check('I2 (history) what is there is what came in less what was sold', facts.products, (it) =>
      addsUp(it, facts.orders, read.restocked, seeded.get(it.sku) ?? 0),
    ),
    check('I4 (history) answered cancels are cancelled', read.cancelled, ({ orderId }) =>
      ordersById.get(orderId)?.status === 'cancelled'
        ? undefined
        : `order ${orderId} is ${ordersById.get(orderId)?.status ?? 'missing'}`,
    ),
    check('I4 (history) only what was asked for is cancelled', facts.orders, (it) =>
      it.status === 'cancelled' && !read.cancelsSent.has(it.id) ? `order ${it.id}` : undefined,
    ),
    check('I6 (history) restocks happen once, as asked', read.restocked, (it) =>
      restockedOnce(it, restocksByKey),
    ),
    check('I6 (history) every restock was asked for', facts.restocks, ({ key }) =>
      read.restocked.some((it) => it.key === key) ? undefined : `a restock with the key ${key}`,
    ),
  ]
}

/** Runs a check over many things. @param wrong says what is wrong with one of them, if anything is */
function check<T>(name: string, things: T[], wrong: (thing: T) => string | undefined): Check {
  const found = things.map(wrong).filter((it) => it !== undefined)
  if (found.length === 0) return { name, ok: true, detail: `${things.length} looked at` }
  return { name, ok: false, detail: `${found.length} times: ${found.slice(0, EXAMPLES).join('; ')}` }
}

type ByKey<T> = Map<string, T[]>

function placedOnce({ key, orders }: Placed, byKey: ByKey<OrderFact>): string | undefined {
  const told = new Set(orders.map(({ id }) => id))
  if (told.size === 0) return undefined
  if (told.size > 1) return `${key} was answered with ${told.size} orders: ${[...told].join(', ')}`
  const found = byKey.get(key) ?? []
  if (found.length !== 1)
    return `${key} was answered with ${orders[0]!.id} and is there ${found.length} times`
  return told.has(found[0]!.id)
    ? undefined
    : `${key} was answered with ${orders[0]!.id} and is ${found[0]!.id}`
}

function notTwice({ key, orders }: Placed, byKey: ByKey<OrderFact>): string | undefined {
  const found = byKey.get(key)?.length ?? 0
  return orders.length === 0 && found > 1 ? `${key} is there ${found} times` : undefined
}

function refused({ key, orders, refusal }: Placed, byKey: ByKey<OrderFact>): string | undefined {
  if (!refusal || !byKey.has(key)) return undefined
  return orders.length === 0 ? `${key} was refused as ${refusal} and is there` : undefined
}

function asAsked({ key, subject, lines }: Placed, byKey: ByKey<OrderFact>): string | undefined {
  const differs = (byKey.get(key) ?? []).find(
    (it) => it.customer !== subject || linesText(it.lines) !== linesText(lines),
  )
  if (!differs) return undefined
  return `${key} of ${subject} asked for ${linesText(lines)}; ${differs.customer} got ${linesText(differs.lines)}`
}

const linesText = (lines: { sku: string; quantity: number }[]) =>
  lines
    .map(({ sku, quantity }) => `${quantity} ${sku}`)
    .sort()
    .join(' + ')

const wasAsked = ({ key, id }: OrderFact, placed: Placed[]) =>
  placed.some((it) => it.key === key) ? undefined : `order ${id} with the key ${key}`

function follows({ id, status }: SeenOrder, byId: Map<string, OrderFact>): string | undefined {
  const found = byId.get(id)
  // Whether it is there at all is another check.
  if (!found || canBecome(status, found.status)) return undefined
  return `order ${id} was told to be ${status} and is ${found.status}`
}

/** Two answers, the second of which was asked for after the first had come. */
function goesBack(later: Answered, all: Answered[]): string | undefined {
  const earlier = all.find(
    (it) => it.id === later.id && it.endedAt < later.sentAt && !canBecome(it.status, later.status),
  )
  return earlier && `order ${later.id} was ${earlier.status}, and later ${later.status}`
}

/** Whether an order in one state can later be in the other. */
export function canBecome(from: string, to: string): boolean {
  if (from === to) return true
  return (['confirm', 'reject', 'cancel'] as const).some((event) => {
    const next = nextStatus(from as OrderStatus, event)
    return next !== undefined && canBecome(next, to)
  })
}

function addsUp(
  { sku, available }: { sku: string; available: number },
  orders: OrderFact[],
  restocked: Restocked[],
  seeded: number,
): string | undefined {
  const sum = (numbers: number[]) => numbers.reduce((total, it) => total + it, 0)
  const own = restocked.filter((it) => it.sku === sku)
  const least = seeded + sum(own.filter((it) => it.outcome === 'done').map((it) => it.quantity))
  const most = least + sum(own.filter((it) => it.outcome === 'unknown').map((it) => it.quantity))
  const confirmed = orders.filter(({ status }) => status === 'confirmed').flatMap(({ lines }) => lines)
  const sold = sum(confirmed.filter((line) => line.sku === sku).map(({ quantity }) => quantity))
  if (available + sold >= least && available + sold <= most) return undefined
  return `${sku}: ${available} available and ${sold} sold, of ${least}${most > least ? ` to ${most}` : ''}`
}

function restockedOnce(
  { key, sku, quantity, outcome }: Restocked,
  byKey: ByKey<RestockFact>,
): string | undefined {
  const found = byKey.get(key) ?? []
  if (outcome === 'refused') return found.length > 0 ? `${key} was refused and is there` : undefined
  if (found.length > 1) return `${key} is there ${found.length} times`
  if (found.length === 0) return outcome === 'done' ? `${key} was answered and is missing` : undefined
  const [row] = found
  if (row!.sku === sku && row!.quantity === quantity) return undefined
  return `${key} asked for ${quantity} ${sku} and is ${row!.quantity} ${row!.sku}`
}
