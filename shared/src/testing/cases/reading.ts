import assert from 'node:assert/strict'
import { buy, listOrders, newProduct, place, readOrder } from '../calls.ts'
import {
  type Caller,
  type ContractCase,
  type ContractContext,
  newAdmin,
  newCustomer,
  newKey,
} from '../context.ts'
import { send } from '../http.ts'
import { assertProblem } from '../problem.ts'

const NOBODYS_ID = '01890000-0000-7000-8000-000000000000'

export const readingCases: ContractCase[] = [
  {
    name: 'an order is read by its owner and by an administrator; to another customer it is not there',
    async run(context) {
      const sku = await newProduct(context, 5)
      const owner = newCustomer(context)
      const order = await buy(context, owner, [{ sku, quantity: 1 }])
      assert.deepEqual(await readOrder(context, owner, order.id), order)
      assert.deepEqual(await readOrder(context, newAdmin(context), order.id), order)
      const { token } = newCustomer(context)
      const theirs = assertProblem(await send(context, 'GET', `/orders/${order.id}`, { token }), 'not-found')
      const nobodys = assertProblem(
        await send(context, 'GET', `/orders/${NOBODYS_ID}`, { token }),
        'not-found',
      )
      const shape = ({ detail, ...rest }: typeof theirs) => ({
        ...rest,
        detail: detail?.replace(/[0-9a-f-]{36}/, ''),
      })
      assert.deepEqual(shape(theirs), shape(nobodys), 'the answer does not tell that the order exists')
    },
  },
  {
    name: 'a list of orders holds one’s own, newest first, whatever became of them',
    async run(context) {
      const sku = await newProduct(context, 5)
      const customer = newCustomer(context)
      const other = newCustomer(context)
      const first = await buy(context, customer, [{ sku, quantity: 1 }])
      await buy(context, other, [{ sku, quantity: 1 }])
      const { order: second } = assertProblem(
        await place(context, customer, [{ sku, quantity: 9 }]),
        'out-of-stock',
      )
      const third = await buy(context, customer, [{ sku, quantity: 2 }])
      const { items, next } = await listOrders(context, customer)
      assert.deepEqual({ items, next }, { items: [third, second, first], next: null })
      assert.deepEqual((await listOrders(context, newCustomer(context))).items, [])
    },
  },
  {
    name: 'pages of orders have no gaps and no repeats, also while orders come in',
    async run(context) {
      const { customer, ids, add } = await customerWithOrders(context, 7)
      const seen: string[] = []
      const sizes: number[] = []
      let query = '?limit=3'
      for (let pages = 0; pages < 5; pages++) {
        const { items, next } = await listOrders(context, customer, query)
        seen.push(...items.map(({ id }) => id))
        sizes.push(items.length)
        if (next === null) break
        query = `?limit=3&after=${next}`
        await add()
      }
      assert.deepEqual(seen, ids.toReversed())
      assert.deepEqual(sizes, [3, 3, 1])
    },
  },
  {
    name: 'after an order that is not one’s own, or that nobody has, there is nothing',
    async run(context) {
      const { customer } = await customerWithOrders(context, 2)
      const { ids } = await customerWithOrders(context, 1)
      for (const after of [ids[0], NOBODYS_ID, NOBODYS_ID.replaceAll(/[1-9]/g, 'f')])
        assert.deepEqual(await listOrders(context, customer, `?after=${after}`), { items: [], next: null })
    },
  },
  {
    name: 'a full last page of orders has no next',
    async run(context) {
      const { customer, ids } = await customerWithOrders(context, 4)
      const { next } = await listOrders(context, customer, '?limit=2')
      const last = await listOrders(context, customer, `?limit=2&after=${next}`)
      assert.deepEqual(
        last.items.map(({ id }) => id),
        [ids[1], ids[0]],
      )
      assert.equal(last.next, null)
    },
  },
  {
    name: 'a subject or a key that looks like SQL is only text',
    async run(context) {
      const { customer } = await customerWithOrders(context, 1)
      const key = `'||(select/**/1)||'${newKey()}`
      const sku = await newProduct(context, 1)
      const order = await buy(context, customer, [{ sku, quantity: 1 }], { key })
      assert.equal((await place(context, customer, [{ sku, quantity: 1 }], { key })).status, 201)
      assert.equal((await listOrders(context, customer)).items[0]?.id, order.id)
    },
  },
]

/** A customer who has placed this many orders; `ids` are in the order of placing. */
async function customerWithOrders(
  context: ContractContext,
  count: number,
): Promise<{ customer: Caller; ids: string[]; add(): Promise<string> }> {
  const sku = await newProduct(context, 100)
  const customer = newCustomer(context)
  const add = async () => (await buy(context, customer, [{ sku, quantity: 1 }])).id
  const ids: string[] = []
  while (ids.length < count) ids.push(await add())
  return { customer, ids, add }
}
