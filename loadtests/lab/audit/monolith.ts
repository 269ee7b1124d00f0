import type { SqlCheck } from './check.ts'
import { ordersChecks } from './orders.ts'

// Each query finds what is wrong. Mirrored by services.ts.

const confirmed = `
  select l.sku, sum(l.quantity) as held
  from order_line l join orders o on o.id = l.order_id
  where o.status = 'confirmed' group by l.sku`

const restocked = 'select sku, sum(quantity) as restocked from restock group by sku'

export const checks: SqlCheck[] = [
  ...ordersChecks,
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
    name: 'I6 one restock for each key',
    of: 'restock',
    wrong: 'One key of a caller restocked several times',
    sql: `select subject, idempotency_key, count(*) as restocks from restock
          group by subject, idempotency_key having count(*) > 1`,
  },
]
