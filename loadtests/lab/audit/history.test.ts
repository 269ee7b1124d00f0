import type { Attempt, Entry, Outcome } from '../faults/history/history.ts'
import type { Operation } from '../faults/load/schedule.ts'
import type { Facts } from './facts.ts'
import { canBecome, checkHistory } from './history.ts'

// Each test makes up a history and a database that fit each other, and then one thing that does not.

const LINES = [{ sku: 'MUG', quantity: 3 }]
const SEEDED = new Map([['MUG', 10]])

const answered = (status: number, more: Partial<Outcome & { kind: 'answered' }> = {}): Outcome => ({
  kind: 'answered',
  status,
  ...more,
})
const withOrder = (status: number, id: string, state: string, problem?: string) =>
  answered(status, { orders: [{ id, status: state }], problem })
const UNKNOWN: Outcome = { kind: 'unknown', reason: 'no answer' }

let op = 0
function entry(operation: Partial<Operation>, outcomes: Outcome[], more: Partial<Entry> = {}): Entry {
  const attempts: Attempt[] = outcomes.map((outcome, i) => ({
    attempt: i + 1,
    sentAt: 10 * i,
    endedAt: 10 * i + 5,
    outcome,
  }))
  const full: Operation = { op: op++, atMs: 0, endpoint: 'getProduct', subject: 'ada', ...operation }
  return { operation: full, attempts, ...more }
}

const placed = (...outcomes: Outcome[]) =>
  entry({ endpoint: 'placeOrder', key: 'k1', lines: LINES }, outcomes)
const restocked = (...outcomes: Outcome[]) =>
  entry({ endpoint: 'restockProduct', subject: 'root', key: 'r1', sku: 'MUG', quantity: 5 }, outcomes)
const cancelled = (outcome: Outcome) => entry({ endpoint: 'cancelOrder' }, [outcome], { orderId: 'o1' })

const order = { id: 'o1', customer: 'ada', key: 'k1', status: 'confirmed', lines: LINES }
const restock = { subject: 'root', key: 'r1', sku: 'MUG', quantity: 5 }
/** A shop in which three mugs of ten were sold. */
const shop = (facts: Partial<Facts> = {}): Facts => ({
  orders: [order],
  restocks: [],
  products: [{ sku: 'MUG', available: 7 }],
  ...facts,
})
const stocked = (available: number) => [{ sku: 'MUG', available }]

const failures = (entries: Entry[], facts: Facts) =>
  checkHistory(entries, facts, SEEDED)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name.replace(' (history)', ''))

const CONFIRMED = withOrder(201, 'o1', 'confirmed')

describe('a history and databases that fit', () => {
  it.each<[string, Entry[], Facts]>([
    ['an answered order', [placed(CONFIRMED)], shop()],
    ['an order answered twice, as it settled', [placed(withOrder(202, 'o1', 'pending'), CONFIRMED)], shop()],
    [
      'an order answered as out of stock',
      [placed(withOrder(409, 'o1', 'rejected', 'out-of-stock'))],
      shop({ orders: [{ ...order, status: 'rejected' }], products: stocked(10) }),
    ],
    ['an unanswered order that is there', [placed(UNKNOWN, UNKNOWN)], shop()],
    ['an unanswered order that is not', [placed(UNKNOWN)], shop({ orders: [], products: stocked(10) })],
    [
      'a cancelled order',
      [placed(CONFIRMED), cancelled(withOrder(200, 'o1', 'cancelled'))],
      shop({ orders: [{ ...order, status: 'cancelled' }], products: stocked(10) }),
    ],
    ['an unanswered cancel that did nothing', [placed(CONFIRMED), cancelled(UNKNOWN)], shop()],
    [
      'a cancel of a rejected order',
      [placed(UNKNOWN), cancelled(withOrder(409, 'o1', 'rejected', 'order-rejected'))],
      shop({ orders: [{ ...order, status: 'rejected' }], products: stocked(10) }),
    ],
    [
      'an answered restock',
      [placed(CONFIRMED), restocked(UNKNOWN, answered(200, { available: 12 }))],
      shop({ restocks: [restock], products: stocked(12) }),
    ],
    ['an unanswered restock that is not there', [placed(CONFIRMED), restocked(UNKNOWN)], shop()],
    [
      'an unanswered restock that is there',
      [placed(CONFIRMED), restocked(UNKNOWN)],
      shop({ restocks: [restock], products: stocked(12) }),
    ],
    [
      'a refused order',
      [placed(answered(422, { problem: 'unknown-product' }))],
      shop({ orders: [], products: stocked(10) }),
    ],
    ['an order that was shed, then taken', [placed(answered(429), answered(503), CONFIRMED)], shop()],
  ])('%s', (_, entries, facts) => {
    expect(failures(entries, facts)).toEqual([])
  })
})

describe('a history and databases that do not fit', () => {
  const refusal = answered(422, { problem: 'unknown-product' })
  it.each<[string, string, Entry[], Facts]>([
    [
      'I1 answered orders exist once',
      'an answered order is missing',
      [placed(CONFIRMED)],
      shop({ orders: [], products: stocked(10) }),
    ],
    [
      'I1 answered orders exist once',
      'an answered order is there under another id',
      [placed(CONFIRMED)],
      shop({ orders: [{ ...order, id: 'o2' }] }),
    ],
    [
      'I1 answered orders exist once',
      'one key was answered with two orders',
      [placed(CONFIRMED, withOrder(201, 'o2', 'confirmed'))],
      shop(),
    ],
    [
      'I1 unanswered orders exist once or not at all',
      'an unanswered order is there twice',
      [placed(UNKNOWN)],
      shop({ orders: [order, { ...order, id: 'o2' }], products: stocked(4) }),
    ],
    ['I1 refused orders do not exist', 'a refused order is there', [placed(refusal)], shop()],
    [
      'I1 orders hold what was asked for',
      'an order holds other lines',
      [placed(CONFIRMED)],
      shop({ orders: [{ ...order, lines: [{ sku: 'MUG', quantity: 2 }] }], products: stocked(8) }),
    ],
    [
      'I1 orders hold what was asked for',
      "an order is somebody else's",
      [placed(CONFIRMED)],
      shop({ orders: [{ ...order, customer: 'ben' }] }),
    ],
    ['I1 every order was asked for', 'there is an order too many', [], shop()],
    [
      'I1 orders are in the state that was told or one that follows',
      'an order that was confirmed is rejected',
      [placed(CONFIRMED)],
      shop({ orders: [{ ...order, status: 'rejected' }], products: stocked(10) }),
    ],
    [
      'I1 no order goes back to an earlier state',
      'an order was confirmed and later pending',
      [placed(CONFIRMED, withOrder(202, 'o1', 'pending'))],
      shop(),
    ],
    [
      'I1 an answered order is found',
      'an order was not found',
      [
        placed(CONFIRMED),
        entry({ endpoint: 'getOrder' }, [answered(404, { problem: 'not-found' })], { orderId: 'o1' }),
      ],
      shop(),
    ],
    [
      'I2 nothing read is below zero',
      'less than nothing was read',
      [placed(CONFIRMED), entry({ endpoint: 'getProduct' }, [answered(200, { available: -1 })])],
      shop(),
    ],
    [
      'I2 what is there is what came in less what was sold',
      'stock was lost',
      [placed(CONFIRMED)],
      shop({ products: stocked(6) }),
    ],
    [
      'I2 what is there is what came in less what was sold',
      'an unanswered restock counted twice',
      [placed(CONFIRMED), restocked(UNKNOWN)],
      shop({ restocks: [restock], products: stocked(17) }),
    ],
    [
      'I4 answered cancels are cancelled',
      'a cancel was forgotten',
      [placed(CONFIRMED), cancelled(answered(200))],
      shop(),
    ],
    [
      'I4 only what was asked for is cancelled',
      'an order was cancelled by nobody',
      [placed(CONFIRMED)],
      shop({ orders: [{ ...order, status: 'cancelled' }], products: stocked(10) }),
    ],
    [
      'I6 restocks happen once, as asked',
      'an answered restock is missing',
      [placed(CONFIRMED), restocked(answered(200))],
      shop({ products: stocked(12) }),
    ],
    [
      'I6 restocks happen once, as asked',
      'a restock happened twice',
      [placed(CONFIRMED), restocked(UNKNOWN)],
      shop({ restocks: [restock, restock], products: stocked(12) }),
    ],
    [
      'I6 restocks happen once, as asked',
      'a restock has another quantity',
      [placed(CONFIRMED), restocked(answered(200))],
      shop({ restocks: [{ ...restock, quantity: 4 }], products: stocked(12) }),
    ],
    [
      'I6 restocks happen once, as asked',
      'a refused restock is there',
      [placed(CONFIRMED), restocked(answered(404, { problem: 'not-found' }))],
      shop({ restocks: [restock] }),
    ],
    [
      'I6 every restock was asked for',
      'there is a restock too many',
      [placed(CONFIRMED)],
      shop({ restocks: [restock] }),
    ],
  ])('fails "%s" when %s', (check, _, entries, facts) => {
    expect(failures(entries, facts)).toEqual([check])
  })
})

describe('the states of an order', () => {
  it.each([
    ['pending', 'confirmed', true],
    ['pending', 'rejected', true],
    ['pending', 'cancelled', true],
    ['confirmed', 'cancelled', true],
    ['confirmed', 'confirmed', true],
    ['confirmed', 'pending', false],
    ['confirmed', 'rejected', false],
    ['rejected', 'cancelled', false],
    ['cancelled', 'confirmed', false],
  ])('%s can become %s: %s', (from, to, can) => {
    expect(canBecome(from, to)).toBe(can)
  })
})
