// Step 6: more than the shop can take. Buyers come at the rate that was asked for, wait for two seconds, and go. What
// counts is who is served, who is told at once to come later (503, Retry-After), and who is left waiting.
//
//   k6 run -e AUTH_SECRET=… -e RATE=2000 loadtests/k6/6-overload.ts

import { SharedArray } from 'k6/data'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter, Trend } from 'k6/metrics'
import type { Options } from 'k6/options'
import { choicesOf } from './lib/choices.ts'
import { requireArrivalRate } from './lib/own-load.ts'
import { duration, rate, SEED, usersFor, wholeNumber } from './lib/settings.ts'
import * as shop from './lib/shop.ts'
import { customerTokens } from './lib/tokens.ts'

const RATE = rate(500)
const PATIENCE_SECONDS = wholeNumber('PATIENCE', 2)
/** A refusal that takes longer is not a quick one. */
const QUICK_MS = wholeNumber('QUICK_MS', 250)
/** Idempotency keys are this and the iteration's number, so that a reader of the database finds the orders of a run. */
const RUN = __ENV.RUN || `overload-${Date.now()}`
const GAVE_UP = 1050
/** A prime, so that customers and baskets meet in ever new ways. */
const BASKETS = 199

const acceptedMs = new Trend('order_accepted_ms', true)
const refusedMs = new Trend('order_refused_ms', true)
const answered = new Counter('orders_answered')
const refused = new Counter('orders_refused')
const refusedQuickly = new Counter('orders_refused_quickly')
const refusedMutely = new Counter('orders_refused_without_retry_after')
const limited = new Counter('orders_rate_limited')
const soldOut = new Counter('orders_sold_out')
const gaveUp = new Counter('buyers_gave_up')
const unreached = new Counter('buyers_not_connected')
const wrong = new Counter('answers_wrong')

http.setResponseCallback(http.expectedStatuses(201, 202, 409, 429, 503))

export const options: Options = {
  // Tags that nobody looks at cost a third of what k6 can offer.
  systemTags: ['status'],
  scenarios: {
    overload: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: duration('10s'),
      // Each user has a connection. A quarter of the patience is enough where refusals are quick, and all of it always.
      preAllocatedVUs: usersFor(RATE, PATIENCE_SECONDS / 4),
      maxVUs: usersFor(RATE, PATIENCE_SECONDS + 0.5),
      gracefulStop: `${PATIENCE_SECONDS + 1}s`,
    },
  },
  thresholds: {
    answers_wrong: ['count==0'],
    orders_refused_without_retry_after: ['count==0'],
  },
}

// k6 has it, and its types do not tell.
declare const console: { log(line: string): void }

/** Thousands of users share one copy. */
const tokens = new SharedArray('tokens', () => customerTokens())

type Data = { baskets: shop.Line[][] }

/** What is bought is chosen beforehand: k6 has enough to do, and often shares a machine with the shop. */
export function setup(): Data {
  requireArrivalRate()
  const skus = shop.allSkus({ inStock: 100 })
  const baskets = Array.from({ length: BASKETS }, (_, number) => {
    const choices = choicesOf(SEED, number)
    return choices.some(skus, choices.between(1, 3)).map((sku) => ({ sku, quantity: choices.between(1, 2) }))
  })
  return { baskets }
}

export default function overload({ baskets }: Data) {
  const number = exec.scenario.iterationInTest
  if (number === 0) console.log(`started ${exec.scenario.startTime}`)
  const token = tokens[number % tokens.length] as string
  const answer = shop.placeOrder(token, baskets[number % BASKETS] as shop.Line[], {
    key: `${RUN}-${number}`,
    patienceSeconds: PATIENCE_SECONDS,
  })
  count(answer, number)
}

function count(answer: shop.Answer, number: number) {
  const { status, timings } = answer
  if (status === 201 || status === 202) {
    answered.add(1)
    return acceptedMs.add(timings.duration)
  }
  if (status === 503) {
    refused.add(1)
    refusedMs.add(timings.duration)
    if (timings.duration <= QUICK_MS) refusedQuickly.add(1)
    if (!answer.headers['Retry-After']) refusedMutely.add(1)
    return
  }
  if (status === 429) return limited.add(1)
  if (status === 409) return soldOut.add(1)
  if (status !== 0) {
    wrong.add(1)
    return console.log(`wrong ${status} ${answer.body}`)
  }
  // Whether there is an order now, nobody here knows.
  console.log(`lost ${number}`)
  if (answer.error_code === GAVE_UP) return gaveUp.add(1)
  return unreached.add(1)
}
