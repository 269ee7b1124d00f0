// A rung under reads: one product after another, at a fixed rate of arrivals, and nothing beside them.

import { check } from 'k6'
import exec from 'k6/execution'
import { Trend } from 'k6/metrics'
import type { Options } from 'k6/options'
import { lateness } from '../k6/lib/arrival.ts'
import { choicesOf } from '../k6/lib/choices.ts'
import { requireArrivalRate } from '../k6/lib/own-load.ts'
import { duration, rate, SEED, usersFor } from '../k6/lib/settings.ts'
import * as shop from '../k6/lib/shop.ts'

const RATE = rate(100)

const readMs = new Trend('product_read_ms', true)

export const options: Options = {
  scenarios: {
    read: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: duration('10s'),
      preAllocatedVUs: usersFor(RATE, 0.5),
    },
  },
  thresholds: {
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    dropped_iterations: ['count==0'],
  },
}

type Data = { skus: string[] }

export function setup(): Data {
  requireArrivalRate()
  return { skus: shop.allSkus() }
}

export default function read({ skus }: Data) {
  const late = lateness(RATE)
  const sku = choicesOf(SEED, exec.scenario.iterationInTest).one(skus)
  const product = shop.readProduct(sku)
  const isRead = check(product, { 'a product is read': ({ status }) => status === 200 })
  if (isRead) readMs.add(late + product.timings.duration)
}
