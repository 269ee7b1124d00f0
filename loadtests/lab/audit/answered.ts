import type { Client } from 'pg'
import { type Check, runCheck } from './check.ts'

/** What a client was told of an order. Keys must differ over the whole run, whoever the customer is. */
export type AnsweredOrder = { id: string; key: string; status: string }

const AT_ONCE = 5_000

/** Checks I1: every order that was answered exists exactly once, in the state that was told or one that follows from it. */
export async function checkAnswered(
  client: Client,
  answered: Iterable<AnsweredOrder> | AsyncIterable<AnsweredOrder>,
): Promise<Check> {
  await client.query('create temp table answered (id uuid, key text, status text) on commit drop')
  const batch: AnsweredOrder[] = []
  for await (const order of answered) {
    batch.push(order)
    if (batch.length === AT_ONCE) await insert(client, batch.splice(0))
  }
  await insert(client, batch)
  return runCheck(client, {
    name: 'I1 answered orders exist once',
    of: 'answered',
    wrong:
      'An answered order is missing, is there twice, or is in a state that does not follow from the answer',
    sql: `select a.id, a.key, a.status as answered, o.status, coalesce(k.orders, 0) as orders_with_key
          from answered a
          left join orders o on o.id = a.id and o.idempotency_key = a.key
          left join (select idempotency_key, count(*) as orders from orders group by idempotency_key) k
            on k.idempotency_key = a.key
          where o.id is null or k.orders <> 1
             or not (o.status = a.status or a.status = 'pending' or (a.status = 'confirmed' and o.status = 'cancelled'))`,
  })
}

async function insert(client: Client, batch: AnsweredOrder[]) {
  await client.query('insert into answered select * from unnest($1::uuid[], $2::text[], $3::text[])', [
    batch.map(({ id }) => id),
    batch.map(({ key }) => key),
    batch.map(({ status }) => status),
  ])
}

/** How many orders were asked for. */
export type OrderCounts = {
  /** Answered with an order, whatever became of it. */
  answered: number
  /** Without an answer: each may exist or not. */
  lost: number
}

/** Checks I1 by numbers alone: all orders of the database against all that were asked for. */
export async function checkCounts(client: Client, { answered, lost }: OrderCounts): Promise<Check> {
  const { rows } = await client.query<{ count: string }>('select count(*) from orders')
  const found = Number(rows[0]!.count)
  const asked =
    lost === 0 ? `${answered} were answered` : `${answered} were answered and ${lost} answers lost`
  const ok = found >= answered && found <= answered + lost
  return { name: 'I1 as many orders as answers', ok, detail: `${found} orders exist, ${asked}` }
}
