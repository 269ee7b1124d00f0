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
  orders: { own: 'orders\\.stock', says: '^order\\.', hears: '^stock\\.' },
  inventory: { own: 'inventory\\.orders', says: '^stock\\.', hears: '^order\\.' },
}
const EXCHANGES = ['events', 'wake', 'dead']

/** The rights of a service: to declare what is its own, to say its facts, and to hear those of the other. */
export function rightsOf(service: 'orders' | 'inventory', namespace = ANY): BrokerRights {
  const { own, says, hears } = SERVICES[service]
  const declared = [...EXCHANGES, own, `${own}\\.dead`]
  // Of orders alone: the queue on which a replica hears of orders that it holds requests for. The broker names it.
  const line = service === 'orders' ? '|amq\\.gen-.+' : ''
  const named = (names: string[]) => `^(${namespace}\\.(${names.join('|')})${line})$`
  return {
    user: service,
    configure: named(declared),
    write: named(declared),
    read: named([...EXCHANGES, own]),
    topics: { exchange: EVENTS, write: says, read: hears },
  }
}
