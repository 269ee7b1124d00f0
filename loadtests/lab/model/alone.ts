import { isDeepStrictEqual } from 'node:util'
import { answerWith, effectOf } from './answers.ts'
import { type Answer, type Call, idIn, type Told } from './call.ts'
import { type Settling, settleAll } from './settle.ts'
import { orderById, type Shop } from './shop.ts'

/**
 * What the model answers to a call that nobody else's comes between.
 * @param newId of the order that the call makes, if it makes one
 */
export function answerAlone(shop: Shop, call: Call, newId: string, settling: Settling): Answer {
  const made = effectOf(shop, call, newId)
  if ('answer' in made) return made.answer
  const isSettled = settling === 'at once' || (call.do === 'place' && call.wait)
  return answerWith(orderById(isSettled ? settleAll(made.shop) : made.shop, made.order)!)
}

/** The first of one client's answers that the model does not give, and what it gives instead. */
export function firstDifference(
  shop: Shop,
  client: Told[],
  settling: Settling,
): { told: Told; expected: Answer } | undefined {
  let now = shop
  for (const told of client) {
    const id = idIn(told.answer)
    const expected = answerAlone(now, told.call, id, settling)
    if (!isDeepStrictEqual(expected, told.answer)) return { told, expected }
    now = settleAll(effectOf(now, told.call, id).shop)
  }
  return undefined
}
