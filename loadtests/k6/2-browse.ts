// Step 2: a rate of arrivals. People come when they come, however slow the shop is: an open model.
// Virtual users in a closed loop would come less often the slower it gets, and so hide the waiting.
//
//   k6 run -e RATE=100 -e DURATION=10s loadtests/k6/2-browse.ts

import { check } from 'k6'
import exec from 'k6/execution'
import type { Options } from 'k6/options'
import { lateness } from './lib/arrival.ts'
import { choicesOf } from './lib/choices.ts'
import { duration, rate, SEED, usersFor, within } from './lib/settings.ts'
import * as shop from './lib/shop.ts'

const RATE = rate(50)

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
    'http_req_duration{name:list products}': within(1000),
    'http_req_duration{name:read product}': within(1000),
  },
}

type Data = { skus: string[] }

export const setup = (): Data => ({ skus: shop.allSkus() })

export default function browse({ skus }: Data) {
  lateness(RATE)
  const choices = choicesOf(SEED, exec.scenario.iterationInTest)

  const list = shop.listProducts(20, choices.one(skus))
  check(list, { 'a page is listed': ({ status }) => status === 200 })

  const product = shop.readProduct(choices.one(skus))
  check(product, { 'a product is read': ({ status }) => status === 200 })
}
