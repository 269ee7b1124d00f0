import { isDeepStrictEqual } from 'node:util'
import { answerWith, effectOf } from './answers.ts'
import { idIn, type Told } from './call.ts'
import { type Settling, settleAll, stepsOf } from './settle.ts'
import { orderById, type Shop } from './shop.ts'

/** A moment of one possible past: the shop, how far each client is, and the order that its present call waits for. */
type Moment = { shop: Shop; done: number[]; awaits: (string | null)[] }

/**
 * All shops that there can be at rest after clients made their calls, each client one after the other, all clients at the
 * same time: one for each order of events that gives exactly the answers that were seen. None means that the answers
 * contradict the model.
 * @param shop at rest, before
 */
export function explain(shop: Shop, clients: Told[][], settling: Settling): Shop[] {
  const ends: Shop[] = []
  const seen = new Set<string>()
  const open: Moment[] = [{ shop, done: clients.map(() => 0), awaits: clients.map(() => null) }]
  for (let moment = open.pop(); moment; moment = open.pop()) {
    const key = JSON.stringify(moment)
    if (seen.has(key)) continue
    seen.add(key)
    const next = [...settled(moment, settling), ...calls(moment, clients, settling)]
    const isEnd = next.length === 0 && moment.done.every((done, i) => done === clients[i]!.length)
    if (isEnd) ends.push(moment.shop)
    open.push(...next)
  }
  return ends
}

/** What can happen next without anybody's call. */
function settled(moment: Moment, settling: Settling): Moment[] {
  if (settling === 'at once') return []
  return moment.shop.orders.flatMap((order) =>
    stepsOf(order).map((step) => ({ ...moment, shop: step(moment.shop, order) })),
  )
}

/** What can happen next by somebody's call, as far as its answer allows. */
function calls(moment: Moment, clients: Told[][], settling: Settling): Moment[] {
  return clients.flatMap((client, i) => {
    const told = client[moment.done[i]!]
    const next = told && act(moment, i, told, settling)
    return next ? [next] : []
  })
}

function act(moment: Moment, client: number, { call, answer }: Told, settling: Settling): Moment | undefined {
  const { shop, done, awaits } = moment
  const finish = (after: Shop, expected: typeof answer): Moment | undefined =>
    isDeepStrictEqual(expected, answer)
      ? { shop: after, done: done.with(client, done[client]! + 1), awaits: awaits.with(client, null) }
      : undefined

  const awaited = awaits[client]
  if (awaited) {
    const order = orderById(shop, awaited)!
    return order.status === 'pending' ? undefined : finish(shop, answerWith(order))
  }
  const made = effectOf(shop, call, idIn(answer))
  const after = settling === 'at once' ? settleAll(made.shop) : made.shop
  if ('answer' in made) return finish(after, made.answer)
  const order = orderById(after, made.order)!
  const waits = call.do === 'place' && call.wait && order.status === 'pending'
  return waits
    ? { ...moment, shop: after, awaits: awaits.with(client, order.id) }
    : finish(after, answerWith(order))
}
