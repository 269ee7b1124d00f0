import { restockRepeated } from './monolith.ts'
import type { Plant } from './plant.ts'

const ALLOCATION = 'services/inventory/src/allocation.ts'
const REPOSITORY = 'services/inventory/src/repository.ts'

export const inventoryPlants: Plant[] = [
  {
    name: 'services-stock-without-lock',
    title: 'stock is read, then written, without a lock between',
    stack: 'services',
    edits: [
      { file: REPOSITORY, find: 'order by sku for no key update', replace: 'order by sku' },
      {
        file: REPOSITORY,
        find: 'export async function lockStock(',
        replace: `let seen = new Map<string, number>()
export async function lockStock(`,
      },
      {
        file: REPOSITORY,
        find: 'const { fresh, stock } = rows[0]!',
        replace: `const { fresh, stock } = rows[0]!
  seen = new Map(Object.entries(stock ?? {}))`,
      },
      { file: REPOSITORY, find: 'set available = p.available + d.delta', replace: 'set available = d.delta' },
      {
        file: REPOSITORY,
        find: '[...deltas.values()]',
        replace: '[...deltas].map(([sku, delta]) => seen.get(sku)! + delta)',
      },
    ],
  },
  {
    name: 'services-partial-reservation',
    title: 'lines that can be had are taken though the order is rejected',
    stack: 'services',
    edits: [
      {
        file: ALLOCATION,
        find: `    if (status === 'rejected') return
    for (const line of lines) move(line, -1)`,
        replace: `    for (const line of lines) if (suffices(line)) move(line, -1)
    if (status === 'rejected') return`,
      },
    ],
  },
  {
    name: 'services-handled-twice',
    title: 'a fact that comes again is handled again',
    stack: 'services',
    edits: [
      { file: REPOSITORY, find: 'fresh: new Set(fresh)', replace: 'fresh: new Set(messageIds)' },
      {
        file: ALLOCATION,
        find: 'const known = statusOf(orderId)',
        replace: 'const known = undefined as ReservationStatus | undefined',
      },
      {
        file: REPOSITORY,
        find: 'select * from unnest($5::uuid[], $6::text[], $7::int[])',
        replace: 'select * from unnest($5::uuid[], $6::text[], $7::int[]) on conflict do nothing',
      },
    ],
  },
  {
    name: 'services-no-tombstone',
    title: 'a cancel that overtakes its order is forgotten',
    stack: 'services',
    edits: [
      {
        file: ALLOCATION,
        find: `reservations.set(orderId, 'released')`,
        replace: `if (status) reservations.set(orderId, 'released')`,
      },
    ],
  },
  {
    name: 'services-cancel-unchecked',
    title: 'an order is cancelled, and its stock given back, whatever its state',
    stack: 'services',
    edits: [
      {
        file: 'services/orders/src/repository.ts',
        find: 'and status = any($3::text[])',
        replace: 'and $3::text[] is not null',
      },
      { file: ALLOCATION, find: `if (status === 'released') return`, replace: '' },
      {
        file: ALLOCATION,
        find: `if (status === 'reserved') for (const line of lines) move(line, 1)`,
        replace: 'for (const line of lines) move(line, 1)',
      },
    ],
  },
  {
    name: 'services-restock-repeated',
    title: 'a restock that is sent again counts again',
    stack: 'services',
    edits: restockRepeated(REPOSITORY),
  },
]
