/** A latency that a scenario measures: its name in results, what people read, and k6's metric, in milliseconds. */
export type Latency = { id: string; title: string; metric: string }

/** What `--scenario` chooses from. */
export type Scenario = {
  name: string
  /** In `loadtests/k6/`. */
  script: string
  title: string
  /** Iterations started each second, when `--rate` does not say: the first that the machine can be asked for. */
  rates: number[]
  /** What CPU time is divided by: orders that settled, as the database counts them, or iterations, as k6 does. */
  work: 'orders' | 'iterations'
  /** One piece of that work, in words. */
  unit: string
  latencies: Latency[]
  /** Further variables for the script. */
  env?(load: { rate: number; seconds: number }): Record<string, string>
}

const SETTLED = { id: 'settled', title: 'Latency to settle', metric: 'order_settled_ms' }
const ORDERS = { work: 'orders', unit: 'settled order' } as const

export const scenarios: Scenario[] = [
  {
    name: 'checkout',
    script: '3-checkout.ts',
    title: 'Checkout: orders of one to three lines; every second buyer waits until the order has settled',
    rates: [60, 40, 20, 10],
    ...ORDERS,
    latencies: [SETTLED, { id: 'accepted', title: 'Latency to accept', metric: 'order_accepted_ms' }],
  },
  {
    name: 'journey',
    script: '4-journey.ts',
    title: 'Journey: list, look, order, read back; one in ten cancels',
    rates: [20, 15, 10, 5],
    ...ORDERS,
    latencies: [SETTLED, { id: 'visit', title: 'Latency of a whole visit', metric: 'journey_ms' }],
  },
  {
    name: 'hot-product',
    script: '5-hot-product.ts',
    title: 'Hot product: all buyers want the same product, and there is enough for one in four',
    rates: [60, 40, 20, 10],
    ...ORDERS,
    latencies: [SETTLED],
    env: ({ rate, seconds }) => ({ STOCK: String(Math.max(1, Math.floor((rate * seconds) / 4))) }),
  },
  {
    name: 'browse',
    script: '2-browse.ts',
    title: 'Browse: a page of products, then one product',
    rates: [100, 60, 40, 20],
    work: 'iterations',
    unit: 'visit',
    latencies: [
      { id: 'list', title: 'Latency to list a page', metric: 'products_listed_ms' },
      { id: 'read', title: 'Latency to read a product', metric: 'product_read_ms' },
    ],
  },
]
