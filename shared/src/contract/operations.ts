import Type from 'typebox'
import type { ProblemName } from './problems.ts'
import {
  IdempotencyKey,
  Order,
  OrderId,
  OrderPage,
  OrderRequest,
  Product,
  ProductDraft,
  ProductPage,
  Restock,
  Sku,
  Stock,
} from './schemas.ts'

export type Role = 'customer' | 'admin'

/** One call of the public contract: what both stacks route, validate, answer and document. */
export interface Operation {
  operationId: string
  method: 'GET' | 'PUT' | 'POST'
  /** Fastify's form of the path: `/orders/:id`. */
  url: string
  summary: string
  tag: 'orders' | 'inventory'
  /** Who may call it; `undefined` means anyone, without a token. */
  roles?: readonly Role[]
  schema: Record<string, unknown>
  problems: readonly ProblemName[]
}

const limit = Type.Integer({ minimum: 1, maximum: 100, default: 20 })
const keyed = Type.Object({ 'idempotency-key': IdempotencyKey })
const skuParams = Type.Object({ sku: Sku })
const idParams = Type.Object({ id: OrderId })

export const operations = {
  listProducts: {
    operationId: 'listProducts',
    method: 'GET',
    url: '/products',
    summary: 'List products, by SKU',
    tag: 'inventory',
    schema: {
      querystring: Type.Object({ limit, after: Type.Optional(Sku) }, { additionalProperties: false }),
      response: { 200: ProductPage },
    },
    problems: ['invalid-request'],
  },
  getProduct: {
    operationId: 'getProduct',
    method: 'GET',
    url: '/products/:sku',
    summary: 'Read one product and what is available of it',
    tag: 'inventory',
    schema: { params: skuParams, response: { 200: Product } },
    problems: ['invalid-request', 'not-found'],
  },
  putProduct: {
    operationId: 'putProduct',
    method: 'PUT',
    url: '/products/:sku',
    summary: 'Create a product, or change its name and price',
    tag: 'inventory',
    roles: ['admin'],
    schema: { params: skuParams, body: ProductDraft, response: { 200: Product, 201: Product } },
    problems: ['invalid-request'],
  },
  restockProduct: {
    operationId: 'restockProduct',
    method: 'POST',
    url: '/products/:sku/restock',
    summary: 'Add to what is available of a product',
    tag: 'inventory',
    roles: ['admin'],
    schema: { params: skuParams, headers: keyed, body: Restock, response: { 200: Stock } },
    problems: ['invalid-request', 'not-found', 'idempotency-key-reused'],
  },
  placeOrder: {
    operationId: 'placeOrder',
    method: 'POST',
    url: '/orders',
    summary: 'Place an order: all of its lines are reserved, or none',
    tag: 'orders',
    roles: ['customer'],
    schema: {
      headers: Type.Object({
        'idempotency-key': IdempotencyKey,
        prefer: Type.Optional(
          Type.String({
            description:
              '`wait=N`: hold the request up to N seconds (30 at most) until the order has settled.',
          }),
        ),
      }),
      body: OrderRequest,
      response: { 201: Order, 202: Order },
    },
    problems: ['invalid-request', 'out-of-stock', 'unknown-product', 'idempotency-key-reused'],
  },
  listOrders: {
    operationId: 'listOrders',
    method: 'GET',
    url: '/orders',
    summary: "List the caller's own orders, newest first",
    tag: 'orders',
    roles: ['customer'],
    schema: {
      querystring: Type.Object({ limit, after: Type.Optional(OrderId) }, { additionalProperties: false }),
      response: { 200: OrderPage },
    },
    problems: ['invalid-request'],
  },
  getOrder: {
    operationId: 'getOrder',
    method: 'GET',
    url: '/orders/:id',
    summary: 'Read one order',
    tag: 'orders',
    roles: ['customer', 'admin'],
    schema: { params: idParams, response: { 200: Order } },
    problems: ['invalid-request', 'not-found'],
  },
  cancelOrder: {
    operationId: 'cancelOrder',
    method: 'POST',
    url: '/orders/:id/cancel',
    summary: 'Cancel an order and give its stock back',
    tag: 'orders',
    roles: ['customer', 'admin'],
    schema: { params: idParams, response: { 200: Order } },
    problems: ['invalid-request', 'not-found', 'order-rejected'],
  },
} as const satisfies Record<string, Operation>
