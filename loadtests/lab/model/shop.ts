/**
 * The shop as plain data, always sorted, so that two pasts that come to the same are the same. It is written from the contract and shares no rule with the stacks, so that a rule that is wrong
 * there is wrong against something.
 */
export type Shop = {
  /** By SKU. */
  products: Record<string, Product>
  /** By id, which begins with the moment at which the shop says that it was made. */
  orders: Order[]
  /** By key. */
  restocks: Restock[]
}
export type Product = { name: string; priceCents: number; available: number }
export type Restock = { subject: string; key: string; sku: string; quantity: number }
export type LineRequest = { sku: string; quantity: number }
export type Line = LineRequest & { name: string; unitPriceCents: number }
export type Status = 'pending' | 'confirmed' | 'rejected' | 'cancelled'
export type Order = {
  id: string
  customer: string
  key: string
  lines: Line[]
  status: Status
  /** What has become of its stock: not asked for yet, taken, refused, or sure to be given back. */
  stock: 'asked' | 'held' | 'refused' | 'released'
}

export const emptyShop: Shop = { products: {}, orders: [], restocks: [] }

export const orderById = ({ orders }: Shop, id: string) => orders.find((order) => order.id === id)
export const orderByKey = ({ orders }: Shop, customer: string, key: string) =>
  orders.find((order) => order.customer === customer && order.key === key)

/** The shop with a product's name and price as given; a new one has no stock. */
export function withProduct(shop: Shop, sku: string, draft: { name: string; priceCents: number }): Shop {
  const available = shop.products[sku]?.available ?? 0
  const products = Object.entries({ ...shop.products, [sku]: { ...draft, available } })
  return { ...shop, products: Object.fromEntries(products.sort(([a], [b]) => inOrder(a, b))) }
}

/** The shop with a delivery entered, which must be new, of a product that exists. */
export function withRestock(shop: Shop, restock: Restock): Shop {
  const moved = withStock(shop, [restock], 1)
  const restocks = [...moved.restocks, restock].sort((a, b) => inOrder(a.key, b.key))
  return { ...moved, restocks }
}

/** The shop with one more order, pending, of products that exist, at their prices of now. */
export function withOrder(
  shop: Shop,
  { lines, ...wish }: Pick<Order, 'id' | 'customer' | 'key'> & { lines: readonly LineRequest[] },
): Shop {
  const priced = lines.map(({ sku, quantity }) => {
    const { name, priceCents } = shop.products[sku]!
    return { sku, name, quantity, unitPriceCents: priceCents }
  })
  const order: Order = { ...wish, lines: priced, status: 'pending', stock: 'asked' }
  return { ...shop, orders: [...shop.orders, order].sort((a, b) => inOrder(a.id, b.id)) }
}

/** Takes the stock of all lines of an order, or of none. */
export function decide(shop: Shop, order: Order): Shop {
  const enough = order.lines.every(({ sku, quantity }) => shop.products[sku]!.available >= quantity)
  if (!enough) return change(shop, order, { stock: 'refused' })
  return change(withStock(shop, order.lines, -1), order, { stock: 'held' })
}

/** Lets a pending order know what was decided of its stock. */
export const tell = (shop: Shop, order: Order): Shop =>
  change(shop, order, { status: order.stock === 'held' ? 'confirmed' : 'rejected' })

/** Cancels an order that is pending or confirmed; its stock is still to be released. */
export const cancel = (shop: Shop, order: Order): Shop => change(shop, order, { status: 'cancelled' })

/** Gives back what a cancelled order holds. One whose stock was not asked for yet will never hold any. */
export function release(shop: Shop, order: Order): Shop {
  const returned = order.stock === 'held' ? withStock(shop, order.lines, 1) : shop
  return change(returned, order, { stock: 'released' })
}

function withStock(shop: Shop, lines: readonly LineRequest[], sign: 1 | -1): Shop {
  const products = { ...shop.products }
  for (const { sku, quantity } of lines) {
    const product = products[sku]!
    products[sku] = { ...product, available: product.available + sign * quantity }
  }
  return { ...shop, products }
}

function change(shop: Shop, { id }: Order, to: Partial<Order>): Shop {
  return { ...shop, orders: shop.orders.map((it) => (it.id === id ? { ...it, ...to } : it)) }
}

// As PostgreSQL's C collation orders ASCII.
const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
