import { createHash, randomBytes } from 'node:crypto'
import { type BrokerRights, rightsOf } from './broker-rights.ts'

/** The administrator, and the users of the two services that talk to the broker. */
export const BROKER_USERS = ['shop', 'orders', 'inventory'] as const
export type BrokerUser = (typeof BROKER_USERS)[number]
export type BrokerPasswords = Record<BrokerUser, string>
/** AMQP URLs of the services' users. */
export type AmqpUsers = Record<'orders' | 'inventory', string>

/** Passwords that nobody has used before. */
export const createBrokerPasswords = (): BrokerPasswords =>
  Object.fromEntries(BROKER_USERS.map((user) => [user, randomBytes(12).toString('hex')])) as BrokerPasswords

/** The URL of a broker, as another user. */
export function asUser(url: string, user: BrokerUser, password: string): string {
  const other = new URL(url)
  other.username = user
  other.password = password
  return other.href
}

/** The same for both services. @param url of any user */
export const usersAt = (url: string, passwords: BrokerPasswords): AmqpUsers => ({
  orders: asUser(url, 'orders', passwords.orders),
  inventory: asUser(url, 'inventory', passwords.inventory),
})

/** What RabbitMQ reads when it starts (`load_definitions`), in place of the user that it would make by itself. */
export function brokerDefinitions(passwords: BrokerPasswords): object {
  const rights: BrokerRights[] = [
    { user: 'shop', configure: '.*', write: '.*', read: '.*' },
    rightsOf('orders'),
    rightsOf('inventory'),
  ]
  return {
    vhosts: [{ name: '/' }],
    users: BROKER_USERS.map((name) => ({
      name,
      password_hash: hashOf(passwords[name]),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: name === 'shop' ? 'administrator' : '',
    })),
    permissions: rights.map(({ user, configure, write, read }) => ({
      user,
      vhost: '/',
      configure,
      write,
      read,
    })),
    topic_permissions: rights.flatMap(({ user, topics }) =>
      topics ? [{ user, vhost: '/', ...topics }] : [],
    ),
  }
}

/** RabbitMQ's own form: four bytes of salt, and the SHA-256 of salt and password, as base64. */
function hashOf(password: string): string {
  const salt = randomBytes(4)
  const digest = createHash('sha256').update(salt).update(password).digest()
  return Buffer.concat([salt, digest]).toString('base64')
}
