import { randomBytes } from 'node:crypto'
import type { Passwords } from './target.ts'

/** Has Docker choose. */
const ANY_FREE_PORT = '0'
const PORTS = [
  'MONOLITH_PORT',
  'MONOLITH_POSTGRES_PORT',
  'GATEWAY_PORT',
  'SERVICES_POSTGRES_PORT',
  'AMQP_PORT',
  'RABBITMQ_MANAGEMENT_PORT',
]

/** A look starts processes: at seven containers, every 2 s, that took 6.6 % of two cores. */
const HEALTH_INTERVAL = '10s'

/** What one comparison hands to docker-compose.yml, and keeps for itself. */
export type Secrets = { authSecret: string; passwords: Passwords; variables: Record<string, string> }

/** Sets every variable of the stacks, so that none of the person's own has a say in what is measured. */
export function createSecrets(): Secrets {
  const authSecret = randomText()
  const passwords = {
    monolith: randomText(),
    orders: randomText(),
    inventory: randomText(),
    rabbitmq: randomText(),
  }
  const variables = {
    AUTH_SECRET: authSecret,
    LOG_LEVEL: 'info',
    HEALTH_INTERVAL,
    RATE_LIMIT: '1000000',
    CALLER_SHARE: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
    OTEL_TRACES_SAMPLER_ARG: '',
    POSTGRES_PASSWORD: randomText(),
    MONOLITH_DB_PASSWORD: passwords.monolith,
    ORDERS_DB_PASSWORD: passwords.orders,
    INVENTORY_DB_PASSWORD: passwords.inventory,
    MONOLITH_DB_OWNER_PASSWORD: randomText(),
    ORDERS_DB_OWNER_PASSWORD: randomText(),
    INVENTORY_DB_OWNER_PASSWORD: randomText(),
    RABBITMQ_PASSWORD: passwords.rabbitmq,
    RABBITMQ_ORDERS_PASSWORD: randomText(),
    RABBITMQ_INVENTORY_PASSWORD: randomText(),
    ...Object.fromEntries(PORTS.map((port) => [port, ANY_FREE_PORT])),
  }
  return { authSecret, passwords, variables }
}

const randomText = () => randomBytes(24).toString('hex')
