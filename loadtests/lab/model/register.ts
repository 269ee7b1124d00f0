import type { Call, Caller } from './call.ts'
import {
  type By,
  type Command,
  CUSTOMERS,
  type LineCommand,
  PRODUCTS,
  type SingleCommand,
} from './commands.ts'
import { wishId } from './references.ts'
import type { LineRequest } from './shop.ts'

// Letters, digits and hyphens in an order that a database with another collation would get wrong.
const SUFFIXES = ['-B', 'A', '0', '-0', 'B-1']

/** What a run has asked for so far: what commands mean by "the latest order" and the like. */
export type Register = {
  /** With what all SKUs, names of callers and keys of the run begin. */
  prefix: string
  wishes: { caller: Caller; key: string; lines: LineRequest[] }[]
  restocks: { key: string; sku: string; quantity: number }[]
}

export const newRegister = (prefix: string): Register => ({ prefix, wishes: [], restocks: [] })

export const skuOf = (prefix: string, product: number) => `${prefix}${SUFFIXES[product % PRODUCTS]}`
export const adminOf = (prefix: string): Caller => ({ sub: `${prefix}-admin`, role: 'admin' })
export const customerOf = (prefix: string, customer: number): Caller => ({
  sub: `${prefix}-${['ada', 'ben', 'eve'][customer % CUSTOMERS]}`,
  role: 'customer',
})

/** Turns a command into the calls of clients that act at the same time; most often that is one call. Notes what they ask for. */
export function clientsOf(register: Register, command: Command): Call[][] {
  if (command.do !== 'together') return [[callOf(register, command)]]
  return command.clients.map((commands) => commands.map((it) => callOf(register, it)))
}

function callOf(register: Register, command: SingleCommand): Call {
  const { prefix } = register
  const admin = adminOf(prefix)
  switch (command.do) {
    case 'put':
      return {
        do: 'put',
        caller: admin,
        sku: skuOf(prefix, command.product),
        name: command.name,
        priceCents: command.priceCents,
      }
    case 'restock':
      return newRestock(register, command)
    case 'restockAgain': {
      const earlier = fromEnd(register.restocks, command.of)
      if (!earlier) return newRestock(register, { product: 0, quantity: 1 })
      return { do: 'restock', caller: admin, ...earlier, quantity: earlier.quantity + command.more }
    }
    case 'place':
      return newWish(register, command)
    case 'placeAgain': {
      const wish = indexFromEnd(register.wishes, command.of)
      if (wish === undefined)
        return newWish(register, { customer: 0, lines: [{ product: 0, quantity: 1 }], ...command })
      const { caller, key, lines } = register.wishes[wish]!
      const asked = command.lines ? linesOf(prefix, command.lines) : lines
      return { do: 'place', caller, key, lines: asked, wait: command.wait, wish }
    }
    case 'cancel':
    case 'readOrder': {
      const wish = indexFromEnd(register.wishes, command.of)
      return { do: command.do, caller: callerFor(register, wish, command.by), id: wishId(wish) }
    }
    case 'listOrders': {
      const { limit, after } = command
      const from = after === undefined ? {} : { after: wishId(indexFromEnd(register.wishes, after)) }
      return { do: 'listOrders', caller: customerOf(prefix, command.customer), limit, ...from }
    }
    case 'readProduct':
      return { do: 'readProduct', sku: skuOf(prefix, command.product) }
    case 'listProducts': {
      const after = command.after === undefined ? prefix : skuOf(prefix, command.after)
      return { do: 'listProducts', limit: command.limit, after }
    }
  }
}

function newRestock(register: Register, { product, quantity }: { product: number; quantity: number }): Call {
  const { prefix, restocks } = register
  const restock = { key: `${prefix}-restock-${restocks.length}`, sku: skuOf(prefix, product), quantity }
  restocks.push(restock)
  return { do: 'restock', caller: adminOf(prefix), ...restock }
}

function newWish(
  { prefix, wishes }: Register,
  { customer, lines, wait }: { customer: number; lines?: LineCommand[]; wait: boolean },
): Call {
  const wish = {
    caller: customerOf(prefix, customer),
    key: `${prefix}-order-${wishes.length}`,
    lines: linesOf(prefix, lines ?? []),
  }
  wishes.push(wish)
  return { do: 'place', ...wish, wait, wish: wishes.length - 1 }
}

const linesOf = (prefix: string, lines: LineCommand[]): LineRequest[] =>
  lines.map(({ product, quantity }) => ({ sku: skuOf(prefix, product), quantity }))

function callerFor({ prefix, wishes }: Register, wish: number | undefined, by: By): Caller {
  if (by === 'admin') return adminOf(prefix)
  const owner = wishes[wish ?? -1]?.caller ?? customerOf(prefix, 0)
  if (by === 'owner') return owner
  return owner.sub === customerOf(prefix, 0).sub ? customerOf(prefix, 1) : customerOf(prefix, 0)
}

function indexFromEnd(list: unknown[], of: number): number | undefined {
  return list.length === 0 ? undefined : list.length - 1 - (of % list.length)
}

function fromEnd<T>(list: T[], of: number): T | undefined {
  return list[indexFromEnd(list, of) ?? -1]
}
