import { firstDifference } from './alone.ts'
import { type Call, idIn, type Told } from './call.ts'
import type { Client } from './client.ts'
import { type Command, CUSTOMERS } from './commands.ts'
import { Disagreement } from './disagreement.ts'
import { explain } from './explain.ts'
import { wishId, withIds } from './references.ts'
import { adminOf, clientsOf, customerOf, newRegister, type Register } from './register.ts'
import type { Rest } from './rest.ts'
import type { Settling } from './settle.ts'
import { emptyShop, type Shop } from './shop.ts'

/** A stack under test. */
export type Subject = { name: string; client: Client; rest: Rest; settling: Settling }

/** A stack in one run: the shops that its answers allow, and the ids that it gave to wishes. */
type Followed = Subject & { shops: Shop[]; ids: Map<number, string> }

/** What a run leaves: how many calls it made of each stack, and for each stack a shop that its answers allow. */
export type RunEnd = { calls: number; shops: Shop[] }

/** Two products, one of them scarce: without them most commands would come to nothing. */
const PRELUDE: Command[] = [
  { do: 'put', product: 0, name: 'Mug', priceCents: 1_250 },
  { do: 'restock', product: 0, quantity: 5 },
  { do: 'put', product: 1, name: 'Bowl', priceCents: 990 },
  { do: 'restock', product: 1, quantity: 1_000 },
]

/**
 * Runs commands on all stacks, and after each one holds what every stack answered against the model.
 * @param prefix of this run alone: capitals and digits. It must come after those of earlier runs on the same stacks
 * @throws Disagreement with all that was done until then
 */
export async function runCommands(
  subjects: Subject[],
  commands: readonly Command[],
  prefix: string,
): Promise<RunEnd> {
  const stacks: Followed[] = subjects.map((it) => ({ ...it, shops: [emptyShop], ids: new Map() }))
  const register = newRegister(prefix)
  const history: Call[][][] = []
  const step = async (clients: Call[][]) => {
    history.push(clients)
    const outcomes = await Promise.allSettled(stacks.map((stack) => follow(stack, clients, history)))
    // One stack may fail while the other is still busy with the same calls.
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
  for (const command of [...PRELUDE, ...commands]) {
    await step(clientsOf(register, command))
    if (command.do === 'together') await step([lookAround(register)])
  }
  await step([[...lookAround(register), ...lookAtOrders(register)]])
  return { calls: history.flat(2).length, shops: stacks.map(({ shops }) => shops[0]!) }
}

async function follow(stack: Followed, clients: Call[][], history: Call[][][]): Promise<void> {
  const told = await Promise.all(clients.map((calls) => askAll(stack, calls)))
  await stack.rest.reached()
  const allowed = stack.shops.flatMap((shop) => explain(shop, told, stack.settling))
  if (allowed.length === 0) {
    const difference =
      told.length === 1 ? firstDifference(stack.shops[0]!, told[0]!, stack.settling) : undefined
    throw new Disagreement({ stack: stack.name, told, difference, history })
  }
  stack.shops = unique(allowed)
}

async function askAll({ client, ids }: Followed, calls: Call[]): Promise<Told[]> {
  const told: Told[] = []
  for (const asked of calls) {
    const call = withIds(asked, (wish) => ids.get(wish))
    const answer = await client.ask(call)
    if (call.do === 'place' && answer.body) ids.set(call.wish, idIn(answer))
    told.push({ call, answer })
  }
  return told
}

/** The catalogue, and everybody's orders. */
function lookAround({ prefix }: Register): Call[] {
  const lists = Array.from({ length: CUSTOMERS }, (_, i) => customerOf(prefix, i)).map(
    (caller): Call => ({ do: 'listOrders', caller, limit: 100 }),
  )
  return [{ do: 'listProducts', limit: 100, after: prefix }, ...lists]
}

function lookAtOrders({ prefix, wishes }: Register): Call[] {
  return wishes.map((_, wish) => ({ do: 'readOrder', caller: adminOf(prefix), id: wishId(wish) }))
}

const unique = (shops: Shop[]): Shop[] => [...new Map(shops.map((it) => [JSON.stringify(it), it])).values()]
