// Step 2: a rate of arrivals. People come when they come, however slow the shop is: an open model.
// Virtual users in a closed loop would come less often the slower it gets, and so hide the waiting.
//
//   k6 run -e RATE=100 -e DURATION=10s loadtests/k6/2-browse.ts

import { check } from 'k6'
import exec from 'k6/execution'
import { Trend } from 'k6/metrics'
import type { Options } from 'k6/options'
import { isMeasured, lateness } from './lib/arrival.ts'
import { choicesOf } from './lib/choices.ts'
import { requireArrivalRate } from './lib/own-load.ts'
import { duration, rate, SEED, usersFor, within } from './lib/settings.ts'
import * as shop from './lib/shop.ts'

const RATE = rate(50)

const listedMs = new Trend('products_listed_ms', true)
const readMs = new Trend('product_read_ms', true)

export const options: Options = {
  scenarios: {
    browse: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: duration('10s'),
      preAllocatedVUs: usersFor(RATE),
    },
  },
  thresholds: {
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    // k6 that drops iterations measures itself, not the shop.
    dropped_iterations: ['count==0'],
    products_listed_ms: within(1000),
    product_read_ms: within(1000),
  },
}

type Data = { skus: string[] }

export function setup(): Data {
  requireArrivalRate()
  return { skus: shop.allSkus() }
}

export default function browse({ skus }: Data) {
  const late = lateness(RATE)
  const choices = choicesOf(SEED, exec.scenario.iterationInTest)

  const list = shop.listProducts(20, choices.one(skus))
  check(list, { 'a page is listed': ({ status }) => status === 200 })

  const product = shop.readProduct(choices.one(skus))
  check(product, { 'a product is read': ({ status }) => status === 200 })

  if (!isMeasured(RATE)) return
  listedMs.add(late + list.timings.duration)
  readMs.add(product.timings.duration)
}
