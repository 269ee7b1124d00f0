import type { SqlCheck } from './check.ts'
import { ordersChecks } from './orders.ts'

/**
 * Where a check runs: in the database of orders, in that of inventory, or in that of inventory with copies of `orders` and
 * `order_line` beside its own tables.
 */
type Place = 'orders' | 'inventory' | 'both'

// Each query finds what is wrong. Mirrors monolith.ts; what has no counterpart there is the price of two databases.

const confirmed = `
  select l.sku, sum(l.quantity) as held
  from order_line l join orders o on o.id = l.order_id
  where o.status = 'confirmed' group by l.sku`

const reserved = `
  select l.sku, sum(l.quantity) as held
  from reservation_line l join reservation r on r.order_id = l.order_id
  where r.status = 'reserved' group by l.sku`

const restocked = 'select sku, sum(quantity) as restocked from restock group by sku'

export const checks: (SqlCheck & { on: Place })[] = [
  ...ordersChecks.map((check) => ({ ...check, on: 'orders' as const })),
  {
    name: 'I2 stock adds up',
    on: 'both',
    of: 'product',
    wrong: 'Restocked less available is not what confirmed orders hold',
    sql: `select p.sku, coalesce(r.restocked, 0) as restocked, p.available, coalesce(c.held, 0) as held
          from product p left join (${restocked}) r using (sku) left join (${confirmed}) c using (sku)
          where coalesce(r.restocked, 0) - p.available <> coalesce(c.held, 0)`,
  },
  {
    name: 'I2 stock matches reservations',
    on: 'inventory',
    of: 'product',
    wrong: 'Restocked less available is not what reservations hold',
    sql: `select p.sku, coalesce(r.restocked, 0) as restocked, p.available, coalesce(h.held, 0) as reserved
          from product p left join (${restocked}) r using (sku) left join (${reserved}) h using (sku)
          where coalesce(r.restocked, 0) - p.available <> coalesce(h.held, 0)`,
  },
  {
    name: 'I2 nothing is below zero',
    on: 'inventory',
    of: 'product',
    wrong: 'Less than nothing is available',
    sql: 'select sku, available from product where available < 0',
  },
  {
    name: 'I3 nothing is oversold',
    on: 'both',
    of: 'product',
    wrong: 'More was sold than was ever there',
    sql: `select c.sku, coalesce(r.restocked, 0) as restocked, c.held
          from (${confirmed}) c left join (${restocked}) r using (sku)
          where c.held > coalesce(r.restocked, 0)`,
  },
  {
    name: 'I3 every line has a product',
    on: 'both',
    of: 'order_line',
    wrong: 'A line is for a product that does not exist',
    sql: 'select l.order_id, l.sku from order_line l where not exists (select from product p where p.sku = l.sku)',
  },
  {
    name: 'I4 reservations fit their orders',
    on: 'both',
    of: 'reservation',
    wrong: 'A reservation does not say what its order says',
    sql: `select r.order_id, r.status as reservation, o.status as "order"
          from reservation r left join orders o on o.id = r.order_id
          where o.id is null
             or (r.status = 'reserved' and o.status <> 'confirmed')
             or (r.status = 'rejected' and o.status not in ('rejected', 'cancelled'))
             or (r.status = 'released' and o.status <> 'cancelled')`,
  },
  {
    name: 'I4 confirmed orders are reserved',
    on: 'both',
    of: 'orders',
    wrong: 'A confirmed order holds no stock',
    sql: `select o.id from orders o
          where o.status = 'confirmed'
            and not exists (select from reservation r where r.order_id = o.id and r.status = 'reserved')`,
  },
  {
    name: 'I4 reservations hold what was ordered',
    on: 'both',
    of: 'reservation_line',
    wrong: 'The lines of a reservation are not those of its order',
    sql: `select coalesce(l.order_id, h.order_id) as order_id, coalesce(l.sku, h.sku) as sku, l.quantity as ordered, h.quantity as held
          from (select l.order_id, l.sku, l.quantity
                from order_line l join orders o on o.id = l.order_id where o.status = 'confirmed') l
          full join (select l.order_id, l.sku, l.quantity
                     from reservation_line l join reservation r using (order_id) where r.status = 'reserved') h
            on h.order_id = l.order_id and h.sku = l.sku
          where l.quantity is distinct from h.quantity`,
  },
  {
    name: 'I5 cancelled orders are released',
    on: 'orders',
    of: 'orders',
    wrong: 'Inventory has not confirmed that a cancelled order holds nothing',
    sql: `select id, cancelled_at from orders where status = 'cancelled' and released_at is null`,
  },
  {
    name: 'I7 no order waits for a hand',
    on: 'orders',
    of: 'orders',
    wrong: 'An order waits for news that nobody is about to send: its fact is not in the outbox',
    sql: `select id, status, created_at from orders o
          where (status = 'pending' or (status = 'cancelled' and released_at is null))
            and not exists (select from outbox where strpos(payload, o.id::text) > 0)`,
  },
  {
    name: 'I5 the outbox of orders is empty',
    on: 'orders',
    of: 'outbox',
    wrong: 'A message was not sent',
    sql: 'select id, topic, created_at from outbox',
  },
  {
    name: 'I5 the outbox of inventory is empty',
    on: 'inventory',
    of: 'outbox',
    wrong: 'A message was not sent',
    sql: 'select id, topic, created_at from outbox',
  },
  {
    name: 'I6 one restock for each key',
    on: 'inventory',
    of: 'restock',
    wrong: 'One key of a caller restocked several times',
    sql: `select subject, idempotency_key, count(*) as restocks from restock
          group by subject, idempotency_key having count(*) > 1`,
  },
]
