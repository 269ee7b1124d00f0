// Step 1: does it work at all? One person makes each call once, and checks what comes back.
//
//   k6 run -e AUTH_SECRET=… loadtests/k6/1-smoke.ts

import { check } from 'k6'
import type { Options } from 'k6/options'
import { requireOnePass } from './lib/own-load.ts'
import * as shop from './lib/shop.ts'
import { adminToken, token } from './lib/tokens.ts'

export const options: Options = {
  vus: 1,
  iterations: 1,
  // Without a threshold, k6 exits 0 however many checks fail.
  thresholds: { checks: ['rate==1'] },
}

export const setup = requireOnePass

export default function smoke() {
  const [admin, customer] = [adminToken(), token('smoke', 'customer')]

  const put = shop.putProduct(admin, 'SMOKE-1', { name: 'Smoke test mug', priceCents: 1250 })
  check(put, { 'a product is put on sale': ({ status }) => status === 200 || status === 201 })
  const restocked = shop.restock(admin, 'SMOKE-1', 10)
  check(restocked, { 'it is restocked': ({ status }) => status === 200 })

  const list = shop.listProducts()
  check(list, {
    'products are listed': (it) => it.status === 200 && shop.bodyOf<shop.Page<unknown>>(it).items.length > 0,
  })
  const product = shop.readProduct('SMOKE-1')
  check(product, {
    'the product is read': (it) => it.status === 200 && shop.bodyOf<shop.Product>(it).priceCents === 1250,
  })

  const placed = shop.placeOrder(customer, [{ sku: 'SMOKE-1', quantity: 2 }], { waitSeconds: 10 })
  check(placed, { 'an order is confirmed': (it) => it.status === 201 && statusOf(it) === 'confirmed' })
  const { id } = shop.bodyOf<shop.Order>(placed)
  const read = shop.readOrder(customer, id)
  check(read, { 'the order is read': (it) => it.status === 200 && statusOf(it) === 'confirmed' })
  const own = shop.listOrders(customer)
  check(own, {
    "it heads the customer's list": (it) => shop.bodyOf<shop.Page<shop.Order>>(it).items[0]?.id === id,
  })
  const cancelled = shop.cancelOrder(customer, id)
  check(cancelled, { 'the order is cancelled': (it) => it.status === 200 && statusOf(it) === 'cancelled' })
}

const statusOf = (answer: shop.Answer) => shop.bodyOf<shop.Order>(answer).status
