import type { SqlCheck } from './check.ts'

/** What must hold of the table of orders and that of their lines, which both stacks have. */
export const ordersChecks: SqlCheck[] = [
  {
    name: 'I1 orders are whole',
    of: 'orders',
    wrong: 'An order has lost lines',
    sql: `select o.id, count(l.position) as lines, max(l.position) as last_position
          from orders o left join order_line l on l.order_id = o.id
          group by o.id having count(l.position) = 0 or max(l.position) <> count(l.position)`,
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
]
