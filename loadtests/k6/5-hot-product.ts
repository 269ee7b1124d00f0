// Step 5: many buyers, little stock. A sold-out product is an answer here, not an error; setup() puts a product of our
// own on the shelf, and teardown() counts whether exactly that much was sold.
//
//   k6 run -e AUTH_SECRET=… -e STOCK=100 -e RATE=40 loadtests/k6/5-hot-product.ts

import { check, sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter, Trend } from 'k6/metrics'
import type { Options } from 'k6/options'
import { isMeasured, lateness } from './lib/arrival.ts'
import { choicesOf } from './lib/choices.ts'
import { requireArrivalRate } from './lib/own-load.ts'
import { duration, rate, SEED, usersFor, wholeNumber, within } from './lib/settings.ts'
import * as shop from './lib/shop.ts'
import { adminToken, customerTokens } from './lib/tokens.ts'

const RATE = rate(40)
const STOCK = wholeNumber('STOCK', 100)

const settledMs = new Trend('order_settled_ms', true)
const answered = new Counter('orders_answered')
const sold = new Counter('orders_confirmed')
const soldOut = new Counter('orders_rejected')

http.setResponseCallback(http.expectedStatuses({ min: 200, max: 299 }, 409))

export const options: Options = {
  scenarios: {
    buyers: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: duration('10s'),
      // All buyers queue for one row of one table: waiting is what this step is about.
      preAllocatedVUs: usersFor(RATE, 4),
    },
  },
  thresholds: {
    checks: ['rate==1'],
    http_req_failed: ['rate==0'],
    dropped_iterations: ['count==0'],
    orders_confirmed: [`count==${STOCK}`],
    order_settled_ms: within(4000),
  },
}

type Data = { sku: string; tokens: string[] }

export function setup(): Data {
  requireArrivalRate()
  const run = Date.now().toString(36).toUpperCase()
  const sku = `HOT-${run}`
  shop.putProduct(adminToken(), sku, { name: 'The last ones', priceCents: 9900 })
  const { status } = shop.restock(adminToken(), sku, STOCK)
  if (status !== 200) throw new Error(`The product could not be stocked: restock answered ${status}`)
  // Customers of this run alone, so that teardown() can count their orders.
  return { sku, tokens: customerTokens(`buyer-${run}`) }
}

export default function buy({ sku, tokens }: Data) {
  const late = lateness(RATE)
  const choices = choicesOf(SEED, exec.scenario.iterationInTest)
  const answer = shop.placeOrder(choices.one(tokens), [{ sku, quantity: 1 }], { waitSeconds: 10 })
  const isSettled = check(answer, { 'bought, or sold out': ({ status }) => status === 201 || status === 409 })
  if (!isSettled) return
  answered.add(1)
  if (isMeasured(RATE)) settledMs.add(late + answer.timings.duration)
  if (answer.status === 201) sold.add(1)
  else soldOut.add(1)
}

export function teardown({ sku, tokens }: Data) {
  const confirmed = tokens.reduce((count, token) => count + confirmedOrders(token), 0)
  check(confirmed, { 'exactly the stock was sold': (count) => count === STOCK })
  check(availableAtLast(sku), { 'nothing is left': (available) => available === 0 })
}

function confirmedOrders(token: string): number {
  let count = 0
  for (let after: string | null = ''; after !== null; ) {
    const page: shop.Page<shop.Order> = shop.bodyOf(shop.listOrders(token, after))
    count += page.items.filter(({ status }) => status === 'confirmed').length
    after = page.next
  }
  return count
}

/** What is available, once it is nothing, or after five seconds: in the services it falls soon, not at once. */
function availableAtLast(sku: string): number {
  for (let look = 0; ; look++) {
    const { available } = shop.bodyOf<shop.Product>(shop.readProduct(sku))
    if (available === 0 || look === 50) return available
    sleep(0.1)
  }
}
