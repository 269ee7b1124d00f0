// Step 4: a whole visit. One iteration is one person: list, look, order, read back, and one in ten cancels. What one
// answer tells, the next call uses; every step has its own threshold, by the name of its call.
//
//   k6 run -e AUTH_SECRET=… -e RATE=20 loadtests/k6/4-journey.ts

import { check } from 'k6'
import exec from 'k6/execution'
import { Counter, Trend } from 'k6/metrics'
import type { Options } from 'k6/options'
import { isMeasured, lateness } from './lib/arrival.ts'
import { choicesOf } from './lib/choices.ts'
import { requireArrivalRate } from './lib/own-load.ts'
import { duration, rate, SEED, usersFor, within } from './lib/settings.ts'
import * as shop from './lib/shop.ts'
import { customerTokens } from './lib/tokens.ts'

/** Pieces of a product. Less is what the smoke test and the hot product left, or nearly sold out. */
const ENOUGH = 100
const RATE = rate(10)
const CANCELLED_SHARE = 0.1

const journeyMs = new Trend('journey_ms', true)
const settledMs = new Trend('order_settled_ms', true)
const answered = new Counter('orders_answered')

export const options: Options = {
  scenarios: {
    journey: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: duration('10s'),
      // A visit is several calls long, and holds its virtual user for all of them.
      preAllocatedVUs: usersFor(RATE, 4),
    },
  },
  thresholds: {
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    dropped_iterations: ['count==0'],
    'http_req_duration{name:list products}': within(1000),
    'http_req_duration{name:read product}': within(1000),
    'http_req_duration{name:place order}': within(2000),
    'http_req_duration{name:read order}': within(1000),
    'http_req_duration{name:cancel order}': within(1000),
    journey_ms: within(4000),
  },
}

type Data = { skus: string[]; tokens: string[] }

export function setup(): Data {
  requireArrivalRate()
  return { skus: shop.allSkus({ inStock: ENOUGH }), tokens: customerTokens() }
}

export default function journey({ skus, tokens }: Data) {
  const late = lateness(RATE)
  const choices = choicesOf(SEED, exec.scenario.iterationInTest)
  const token = choices.one(tokens)
  const started = Date.now()

  const list = shop.listProducts(20, choices.one(skus))
  if (!check(list, { 'a page is listed': ({ status }) => status === 200 })) return
  const { items } = shop.bodyOf<shop.Page<shop.Product>>(list)

  const inStock = items.filter(({ available }) => available > 10).map(({ sku }) => sku)
  // After the last product comes an empty page: then any product will do.
  const shown = inStock.length > 0 ? inStock : skus
  const basket = choices.some(shown, choices.between(1, 3))
  for (const sku of basket) {
    const product = shop.readProduct(sku)
    check(product, { 'a product is read': ({ status }) => status === 200 })
  }

  const lines = basket.map((sku) => ({ sku, quantity: 1 }))
  const placed = shop.placeOrder(token, lines, { waitSeconds: 10 })
  if (!check(placed, { 'the order has settled': ({ status }) => status === 201 })) return
  answered.add(1)
  if (isMeasured(RATE)) settledMs.add(placed.timings.duration)
  const { id } = shop.bodyOf<shop.Order>(placed)

  const read = shop.readOrder(token, id)
  check(read, { 'the order is read back': (it) => it.status === 200 && statusOf(it) === 'confirmed' })

  if (choices.chance(CANCELLED_SHARE)) {
    const cancelled = shop.cancelOrder(token, id)
    check(cancelled, { 'the order is cancelled': (it) => it.status === 200 && statusOf(it) === 'cancelled' })
  }
  if (isMeasured(RATE)) journeyMs.add(late + Date.now() - started)
}

const statusOf = (answer: shop.Answer) => shop.bodyOf<shop.Order>(answer).status
