import type { SqlCheck } from './check.ts'

// Each query finds what is wrong. Mirrored by services.ts.

const confirmed = `
  select l.sku, sum(l.quantity) as held
  from order_line l join orders o on o.id = l.order_id
  where o.status = 'confirmed' group by l.sku`

const restocked = 'select sku, sum(quantity) as restocked from restock group by sku'

export const checks: SqlCheck[] = [
  {
    name: 'I1 orders are whole',
    of: 'orders',
    wrong: 'An order has lost lines',
    sql: `select o.id, count(l.position) as lines, max(l.position) as last_position
          from orders o left join order_line l on l.order_id = o.id
          group by o.id having count(l.position) = 0 or max(l.position) <> count(l.position)`,
  },
  {
    name: 'I2 stock adds up',
    of: 'product',
    wrong: 'Restocked less available is not what confirmed orders hold',
    sql: `select p.sku, coalesce(r.restocked, 0) as restocked, p.available, coalesce(c.held, 0) as held
          from product p left join (${restocked}) r using (sku) left join (${confirmed}) c using (sku)
          where coalesce(r.restocked, 0) - p.available <> coalesce(c.held, 0)`,
  },
  {
    name: 'I2 nothing is below zero',
    of: 'product',
    wrong: 'Less than nothing is available',
    sql: 'select sku, available from product where available < 0',
  },
  {
    name: 'I3 nothing is oversold',
    of: 'product',
    wrong: 'More was sold than was ever there',
    sql: `select c.sku, coalesce(r.restocked, 0) as restocked, c.held
          from (${confirmed}) c left join (${restocked}) r using (sku)
          where c.held > coalesce(r.restocked, 0)`,
  },
  {
    name: 'I3 every line has a product',
    of: 'order_line',
    wrong: 'A line is for a product that does not exist',
    sql: 'select l.order_id, l.sku from order_line l where not exists (select from product p where p.sku = l.sku)',
  },
  {
    name: 'I4 totals are the sums of lines',
    of: 'orders',
    wrong: 'The total of an order is not the sum of its lines',
    sql: `select o.id, o.total_cents, sum(l.quantity::bigint * l.unit_price_cents) as lines_cents
          from orders o join order_line l on l.order_id = o.id
          group by o.id having o.total_cents <> sum(l.quantity::bigint * l.unit_price_cents)`,
  },
  {
    name: 'I4 moments fit the status',
    of: 'orders',
    wrong: 'An order is marked as settled or cancelled and is not, or the other way round',
    sql: `select id, status, settled_at, cancelled_at from orders
          where (status = 'pending' and settled_at is not null)
             or (status in ('confirmed', 'rejected') and settled_at is null)
             or (status = 'cancelled') <> (cancelled_at is not null)`,
  },
  {
    name: 'I5 no order is pending',
    of: 'orders',
    wrong: 'An order has not settled',
    sql: `select id, created_at from orders where status = 'pending'`,
  },
  {
    name: 'I6 one order for each key',
    of: 'orders',
    wrong: 'One key of a customer made several orders',
    sql: `select customer, idempotency_key, count(*) as orders from orders
          group by customer, idempotency_key having count(*) > 1`,
  },
  {
    name: 'I6 one restock for each key',
    of: 'restock',
    wrong: 'One key of a caller restocked several times',
    sql: `select subject, idempotency_key, count(*) as restocks from restock
          group by subject, idempotency_key having count(*) > 1`,
  },
]
