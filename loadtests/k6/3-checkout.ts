// Step 3: measure what matters to the buyer. An order is accepted when the shop has written it down, and settled when
// its stock is reserved. Every second buyer waits for the second, and a metric of our own tells the two apart.
//
//   k6 run -e AUTH_SECRET=… -e RATE=60 loadtests/k6/3-checkout.ts

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
const RATE = rate(30)

const acceptedMs = new Trend('order_accepted_ms', true)
const settledMs = new Trend('order_settled_ms', true)
const answered = new Counter('orders_answered')
const settled = new Counter('orders_settled')

export const options: Options = {
  scenarios: {
    checkout: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: duration('10s'),
      preAllocatedVUs: usersFor(RATE, 1),
    },
  },
  thresholds: {
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    dropped_iterations: ['count==0'],
    order_accepted_ms: within(1000),
    order_settled_ms: within(2000),
    orders_settled: ['count>0'],
  },
}

type Data = { skus: string[]; tokens: string[] }

export function setup(): Data {
  requireArrivalRate()
  return { skus: shop.allSkus({ inStock: ENOUGH }), tokens: customerTokens() }
}

export default function checkout({ skus, tokens }: Data) {
  const late = lateness(RATE)
  const number = exec.scenario.iterationInTest
  const choices = choicesOf(SEED, number)
  const basket = choices
    .some(skus, choices.between(1, 3))
    .map((sku) => ({ sku, quantity: choices.between(1, 2) }))
  const waits = number % 2 === 0

  const answer = shop.placeOrder(choices.one(tokens), basket, { waitSeconds: waits ? 10 : 0 })
  // 202: accepted, and settles soon. 201: has settled.
  const isSettled = answer.status === 201
  const isAccepted = isSettled || answer.status === 202
  check(
    answer,
    waits ? { 'the order has settled': () => isSettled } : { 'the order is accepted': () => isAccepted },
  )

  if (isAccepted) answered.add(1)
  if (isSettled) settled.add(1)
  if (!isMeasured(RATE)) return
  if (waits && isSettled) settledMs.add(late + answer.timings.duration)
  if (!waits && isAccepted) acceptedMs.add(late + answer.timings.duration)
}
