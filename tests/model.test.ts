import { execFileSync } from 'node:child_process'
import { auditStack } from '../loadtests/lab/audit/audit-stack.ts'
import { answerAlone } from '../loadtests/lab/model/alone.ts'
import { effectOf } from '../loadtests/lab/model/answers.ts'
import type { Answer, Call } from '../loadtests/lab/model/call.ts'
import { check } from '../loadtests/lab/model/check.ts'
import type { Client } from '../loadtests/lab/model/client.ts'
import { Disagreement } from '../loadtests/lab/model/disagreement.ts'
import { explain } from '../loadtests/lab/model/explain.ts'
import { failureText } from '../loadtests/lab/model/report.ts'
import type { Subject } from '../loadtests/lab/model/run.ts'
import { settleAll } from '../loadtests/lab/model/settle.ts'
import { emptyShop, type Shop, withProduct, withRestock } from '../loadtests/lab/model/shop.ts'
import { createSubject } from '../loadtests/lab/model/subject.ts'
import { testSecret, useStack } from './support/stack.ts'

const COMMANDS = 300
const SEED = 20

describe('the model test', () => {
  let subjects: Subject[] = []
  // Before the stacks: they complain of connections that are still open when they end.
  afterAll(async () => {
    await Promise.all(subjects.flatMap(({ client, rest }) => [client.close(), rest.close()]))
  })

  const monolith = useStack('monolith')
  const services = useStack('services')

  beforeAll(async () => {
    subjects = await Promise.all(
      [monolith, services].map(({ current }) => createSubject(current, testSecret)),
    )
  })

  it('finds that both stacks and the model agree after every command', async () => {
    const { commands, failure } = await check(subjects, { commands: COMMANDS, seed: SEED, shrinkMs: 15_000 })
    expect(failure && failureText(failure)).toBeUndefined()
    expect(commands).toBeGreaterThanOrEqual(COMMANDS)
  }, 120_000)

  it('leaves databases and queues in which all invariants hold', async () => {
    for (const { current } of [monolith, services]) {
      const { checks } = await auditStack(current.databases, current.amqp)
      expect(checks.filter(({ ok }) => !ok)).toEqual([])
    }
  })
})

/** A stack that is the model itself, with something changed. */
function standIn(lie: (call: Call, answer: Answer, shop: Shop) => Answer): Subject {
  let shop = emptyShop
  let orders = 0
  const client: Client = {
    async ask(call) {
      const id = `id-${String(++orders).padStart(6, '0')}`
      const answer = answerAlone(shop, call, id, 'at once')
      shop = settleAll(effectOf(shop, call, id).shop)
      return lie(call, answer, shop)
    },
    close: async () => {},
  }
  return {
    name: 'stand-in',
    client,
    rest: { reached: async () => {}, close: async () => {} },
    settling: 'at once',
  }
}

type AnyOrder = { id: string; status: string; totalCents: number; lines: { quantity: number }[] }
type AnyPage = { items: { available: number }[]; next: string | null }

const lies: Record<string, (call: Call, answer: Answer, shop: Shop) => Answer> = {
  'confirms an order that stock does not suffice for': (call, answer) =>
    call.do === 'place' && answer.status === 409
      ? { status: 201, body: { ...(answer.body as AnyOrder), status: 'confirmed' } }
      : answer,
  'makes a new order of a repeated key': (call, answer, { orders }) =>
    call.do === 'place' && answer.status === 201 && orders.at(-1)!.key !== call.key
      ? { ...answer, body: { ...(answer.body as AnyOrder), id: 'another' } }
      : answer,
  'shows an order to a stranger': (call, answer, { orders }) => {
    const order = call.do === 'readOrder' && orders.find(({ id }) => id === call.id)
    return order && answer.status === 404 ? { status: 200, body: order } : answer
  },
  'refuses to cancel again': (call, answer, { orders }) => {
    const isOld = call.do === 'cancel' && orders.find(({ id }) => id === call.id)?.id !== orders.at(-1)?.id
    return isOld && answer.status === 200 ? { status: 409, problem: 'order-rejected' } : answer
  },
  'sums up wrongly from the third line on': (call, answer) => {
    const order = answer.body as AnyOrder | undefined
    const isLong = call.do === 'place' && order && order.lines.length > 2
    return isLong ? { ...answer, body: { ...order, totalCents: order.totalCents + 1 } } : answer
  },
  'loses the last product of a page': (call, answer) => {
    if (call.do !== 'listProducts' || call.limit > 3) return answer
    const { items, next } = answer.body as AnyPage
    return { ...answer, body: { items: items.slice(0, -1), next } }
  },
}

describe('a stack that lies is found out, and the script of it is one that a shell can read', () => {
  it.each(Object.entries(lies))('when it %s', async (_what, lie) => {
    const { failure } = await check([standIn(lie)], { commands: 5_000, seed: SEED, shrinkMs: 500 })
    expect(failure?.error).toBeInstanceOf(Disagreement)
    const text = failureText(failure!)
    expect(text).toContain(`--seed ${failure!.seed} --path ${failure!.path}`)
    const script = text.slice(text.indexOf('#!/bin/sh'))
    execFileSync('sh', ['-n'], { input: script })
    expect(script).toContain('curl')
  })

  it('by the fewest commands that show it, which its seed and path repeat', async () => {
    const lie = lies['shows an order to a stranger']!
    const { failure } = await check([standIn(lie)], { commands: 5_000, seed: SEED })
    expect(failure!.commands.length).toBeLessThanOrEqual(3)
    const again = await check([standIn(lie)], { commands: 5_000, seed: failure!.seed, path: failure!.path })
    expect(again.failure?.commands).toEqual(failure!.commands)
    expect(again.runs).toBe(1)
  })
})

it('a stack that is the model agrees with it', async () => {
  const { failure, commands } = await check([standIn((_, answer) => answer)], { commands: 2_000, seed: SEED })
  expect(failure).toBeUndefined()
  expect(commands).toBeGreaterThanOrEqual(2_000)
})

describe('what answers to calls at the same time leave', () => {
  const order = (customer: string) => ({ sub: customer, role: 'customer' as const })
  const lines = [{ sku: 'MUG', quantity: 1 }]
  const shop = withRestock(withProduct(emptyShop, 'MUG', { name: 'Mug', priceCents: 5 }), {
    subject: 'root',
    key: 'k',
    sku: 'MUG',
    quantity: 1,
  })
  const body = (id: string, status: string) => ({
    id,
    status,
    lines: [{ ...lines[0], name: 'Mug', unitPriceCents: 5 }],
    totalCents: 5,
  })
  const buys = (id: string): Call => ({
    do: 'place',
    caller: order(id),
    key: 'k',
    lines,
    wait: true,
    wish: 0,
  })
  const bought = (id: string) => ({ call: buys(id), answer: { status: 201, body: body(id, 'confirmed') } })
  const refused = (id: string) => ({
    call: buys(id),
    answer: { status: 409, problem: 'out-of-stock', body: body(id, 'rejected') },
  })
  const cancelled = (id: string) => ({
    call: { do: 'cancel' as const, caller: order(id), id },
    answer: { status: 200, body: body(id, 'cancelled') },
  })

  it.each(['at once', 'soon'] as const)('(%s) is that either of two got the last piece', (settling) => {
    for (const told of [
      [bought('a'), refused('b')],
      [refused('a'), bought('b')],
    ]) {
      const ends = explain(
        shop,
        told.map((it) => [it]),
        settling,
      )
      expect(ends.map(({ products }) => products.MUG!.available)).toEqual([0])
    }
  })

  it.each(['at once', 'soon'] as const)('(%s) is nothing when both got it, or neither', (settling) => {
    expect(explain(shop, [[bought('a')], [bought('b')]], settling)).toEqual([])
    expect(explain(shop, [[refused('a')], [refused('b')]], settling)).toEqual([])
  })

  it('may be that stock came back too late for the next order, where it comes back later', () => {
    const told = [[bought('a'), cancelled('a'), refused('a2')]]
    expect(explain(shop, told, 'soon').map(({ products }) => products.MUG!.available)).toEqual([1])
    expect(explain(shop, told, 'at once')).toEqual([])
  })
})
