import type { Plant } from './plant.ts'

const INVENTORY = 'monolith/src/modules/inventory/repository.ts'
const ORDERS = 'monolith/src/modules/orders/repository.ts'

export const monolithPlants: Plant[] = [
  {
    name: 'monolith-stock-without-lock',
    title: 'stock is read, then written, without a lock between',
    stack: 'monolith',
    edits: [
      {
        file: INVENTORY,
        find: `order by p.sku
             for no key update of p
           ), verdict as`,
        replace: 'order by p.sku ), verdict as',
      },
    ],
  },
  {
    name: 'monolith-no-rollback',
    title: 'a transaction with nothing to keep goes back to the pool open',
    stack: 'monolith',
    edits: [
      {
        file: 'shared/src/runtime/postgres.ts',
        find: `await client.query(result === undefined ? 'rollback' : 'commit')`,
        replace: `if (result !== undefined) await client.query('commit')`,
      },
    ],
  },
  {
    name: 'monolith-key-per-attempt',
    title: 'every attempt at an order has a key of its own',
    stack: 'monolith',
    edits: [
      {
        file: ORDERS,
        find: `      request.key,
      request.hash,`,
        replace: `      request.key + '-' + request.id,
      request.hash,`,
      },
    ],
  },
  {
    name: 'monolith-partial-reservation',
    title: 'lines that can be had are taken though the order is rejected',
    stack: 'monolith',
    edits: [
      {
        file: INVENTORY,
        find: 'where p.sku = locked.sku and (select reserved from verdict)',
        replace: 'where p.sku = locked.sku and locked.available >= locked.quantity',
      },
    ],
  },
  {
    name: 'monolith-cancel-unchecked',
    title: 'an order is cancelled, and its stock given back, whatever its state',
    stack: 'monolith',
    edits: [
      { file: ORDERS, find: 'and status = any($3::text[])', replace: 'and $3::text[] is not null' },
      {
        file: 'monolith/src/modules/orders/service.ts',
        find: "!order || !statesThatAllow('cancel').includes(order.status)",
        replace: '!order',
      },
    ],
  },
  {
    name: 'monolith-restock-repeated',
    title: 'a restock that is sent again counts again',
    stack: 'monolith',
    edits: restockRepeated(INVENTORY),
  },
  {
    name: 'monolith-always-ready',
    title: 'readiness says yes whatever is missing',
    stack: 'monolith',
    edits: [
      {
        file: 'shared/src/runtime/health.ts',
        find: "if (names.length === 0) return { status: 'ok' }",
        replace: "if (names.length >= 0) return { status: 'ok' }",
      },
    ],
  },
  {
    name: 'monolith-patient-pool',
    title: 'what hangs on a link to PostgreSQL that swallows everything hangs for good',
    stack: 'monolith',
    edits: [
      {
        file: 'shared/src/runtime/postgres.ts',
        find: '...limits,',
        replace: '...limits, query_timeout: 0,',
      },
    ],
  },
  {
    name: 'monolith-wrong-total',
    title: 'the total leaves out how many pieces',
    stack: 'monolith',
    edits: [
      {
        file: 'shared/src/rules/order-lines.ts',
        find: 'total + line.quantity * line.unitPriceCents',
        replace: 'total + line.unitPriceCents',
      },
    ],
  },
]

/** The key keeps the list of restocks right, and the stock is added to all the same. */
export function restockRepeated(file: string) {
  return [
    {
      file,
      find: `update product p set available = p.available + fresh.quantity
           from fresh where p.sku = fresh.sku`,
      replace: 'update product p set available = p.available + $4::int where p.sku = $3',
    },
  ]
}
