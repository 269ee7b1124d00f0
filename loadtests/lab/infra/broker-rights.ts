/** What a user of RabbitMQ may do: patterns of the names of exchanges and queues. */
export type BrokerRights = {
  user: string
  /** Declare and delete. */
  configure: string
  /** Publish to an exchange, bind a queue. */
  write: string
  /** Consume a queue, bind to an exchange. */
  read: string
  /** What of a topic exchange: patterns of routing keys. */
  topics?: { exchange: string; write: string; read: string }
}

/** Any namespace: several shops share a broker. */
const ANY = '[a-z0-9_-]+'
/**
 * RabbitMQ takes the name of a topic exchange as it is, and no pattern: so these rights hold where the namespace is the
 * one that a shop has by default.
 */
const EVENTS = 'shop.events'

const SERVICES = {
  orders: { own: 'orders\\.stock', other: 'inventory\\.orders', says: '^order\\.', hears: '^stock\\.' },
  inventory: { own: 'inventory\\.orders', other: 'orders\\.stock', says: '^stock\\.', hears: '^order\\.' },
}

/**
 * The rights of a service: to declare what is around it, to say its own facts, and to hear those of the other. It declares
 * the other's queue, too, for which RabbitMQ asks for the right to read it, since a queue with a dead letter exchange
 * moves messages on.
 */
export function rightsOf(service: 'orders' | 'inventory', namespace = ANY): BrokerRights {
  const { own, other, says, hears } = SERVICES[service]
  const exchanges = ['events', 'wake', 'dead']
  const declared = [...exchanges, own, `${own}\\.dead`, other, `${other}\\.dead`]
  // Of orders alone: the queue on which a replica hears of orders that it holds requests for. The broker names it.
  const line = service === 'orders' ? '|amq\\.gen-.+' : ''
  const named = (names: string[]) => `^(${namespace}\\.(${names.join('|')})${line})$`
  return {
    user: service,
    configure: named(declared),
    write: named(declared),
    read: named([...exchanges, own, other]),
    topics: { exchange: EVENTS, write: says, read: `${says}|${hears}` },
  }
}
