import fc, { type Arbitrary } from 'fast-check'

/** How many of each a run has. */
export const CUSTOMERS = 3
export const PRODUCTS = 5

/** A line of an order: which of the run's products, and how many pieces. */
export type LineCommand = { product: number; quantity: number }
export type By = 'owner' | 'stranger' | 'admin'

/**
 * One thing that somebody does, as plain data. `of` counts back from the latest wish to order (0) or the latest restock, so
 * that a command still means something when others are taken away from around it.
 */
export type SingleCommand =
  | { do: 'put'; product: number; name: string; priceCents: number }
  | { do: 'restock'; product: number; quantity: number }
  | { do: 'restockAgain'; of: number; more: number }
  | { do: 'place'; customer: number; lines: LineCommand[]; wait: boolean }
  | { do: 'placeAgain'; of: number; wait: boolean; lines?: LineCommand[] }
  | { do: 'cancel'; of: number; by: By }
  | { do: 'readOrder'; of: number; by: By }
  | { do: 'listOrders'; customer: number; limit: number; after?: number }
  | { do: 'readProduct'; product: number }
  | { do: 'listProducts'; limit: number; after?: number }
/** Clients that act at the same time, each one command after the other. */
export type Together = { do: 'together'; clients: SingleCommand[][] }
export type Command = SingleCommand | Together

/** Any sequence of commands. @param most how long it may be */
export const commandsUpTo = (most: number): Arbitrary<Command[]> =>
  fc.array(command, { minLength: 1, maxLength: most, size: 'max' })

const product = fc.nat(PRODUCTS - 1)
// Most of the time the product that everybody wants.
const wanted = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: product })
const customer = fc.nat(CUSTOMERS - 1)
const recent = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(8) })
const by = fc.constantFrom<By>('owner', 'owner', 'stranger', 'admin')
const limit = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(20, 100))
const few = fc.integer({ min: 1, max: 3 })
const quantity = fc.oneof({ weight: 8, arbitrary: few }, { weight: 1, arbitrary: fc.constantFrom(7, 1_000) })

const line = fc.record({ product: wanted, quantity })
const distinct = fc.uniqueArray(line, { minLength: 1, maxLength: 4, selector: (it) => it.product })
const lines = fc.oneof(
  { weight: 9, arbitrary: distinct },
  // Two lines of one product, now and then.
  { weight: 1, arbitrary: fc.array(line, { minLength: 2, maxLength: 4 }) },
)

const put = fc.record({
  do: fc.constant('put' as const),
  product,
  name: fc.constantFrom('Mug', 'Blue mug', 'Tasse à café', "The potter's mug"),
  priceCents: fc.oneof(fc.nat(5_000), fc.constantFrom(0, 100_000_000)),
})
const restock = fc.record({ do: fc.constant('restock' as const), product: wanted, quantity: few })
const restockAgain = fc.record({
  do: fc.constant('restockAgain' as const),
  of: recent,
  more: fc.constantFrom(0, 0, 1),
})
const place = fc.record({ do: fc.constant('place' as const), customer, lines, wait: fc.boolean() })
const placeAgain = fc.record(
  { do: fc.constant('placeAgain' as const), of: recent, wait: fc.boolean(), lines },
  { requiredKeys: ['do', 'of', 'wait'] },
)
const cancel = fc.record({ do: fc.constant('cancel' as const), of: recent, by })
const readOrder = fc.record({ do: fc.constant('readOrder' as const), of: recent, by })
const listOrders = fc.record(
  { do: fc.constant('listOrders' as const), customer, limit, after: fc.nat(8) },
  { requiredKeys: ['do', 'customer', 'limit'] },
)
const readProduct = fc.record({ do: fc.constant('readProduct' as const), product })
const listProducts = fc.record(
  { do: fc.constant('listProducts' as const), limit, after: product },
  { requiredKeys: ['do', 'limit'] },
)

const change: Arbitrary<SingleCommand> = fc.oneof(
  { weight: 6, arbitrary: place },
  { weight: 2, arbitrary: placeAgain },
  { weight: 3, arbitrary: cancel },
  { weight: 2, arbitrary: restock },
  { weight: 1, arbitrary: restockAgain },
  { weight: 1, arbitrary: put },
)
const look: Arbitrary<SingleCommand> = fc.oneof(readOrder, listOrders, readProduct, listProducts)

/** The last pieces, wanted by several. */
const scramble = fc.array(
  fc.tuple(fc.record({ do: fc.constant('place' as const), customer, lines: distinct, wait: fc.boolean() })),
  { minLength: 2, maxLength: 4 },
)
/** One wish, sent again while it is still under way; or its key, with another wish. */
const twice = fc
  .tuple(
    place,
    fc.array(
      fc.record(
        { do: fc.constant('placeAgain' as const), of: fc.constant(0), wait: fc.boolean(), lines },
        { requiredKeys: ['do', 'of', 'wait'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([first, again]) => [[first], ...again.map((it) => [it])])
/** An order that is cancelled as soon as it is there, while somebody else wants the same. */
const regret = fc
  .tuple(
    fc.record({ do: fc.constant('place' as const), customer, lines: distinct, wait: fc.constant(false) }),
    fc.constantFrom<By>('owner', 'admin'),
    fc.array(fc.oneof(place, cancel), { minLength: 1, maxLength: 2 }),
  )
  .map(([first, who, others]) => [
    [first, { do: 'cancel' as const, of: 0, by: who }],
    ...others.map((it) => [it]),
  ])
const anything = fc.array(
  fc.tuple(fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: look })),
  {
    minLength: 2,
    maxLength: 4,
  },
)
const together: Arbitrary<Together> = fc.record({
  do: fc.constant('together' as const),
  clients: fc.oneof<Arbitrary<SingleCommand[][]>[]>(scramble, twice, regret, anything),
})

const command: Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: change },
  { weight: 4, arbitrary: look },
  { weight: 4, arbitrary: together },
)
