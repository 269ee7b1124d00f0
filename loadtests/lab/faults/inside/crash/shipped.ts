import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Channel, ConfirmChannel } from 'amqplib'
import type pg from 'pg'

// Found from where the shop's own code finds them, so that what is patched is what the process uses.
const fromShared = createRequire(new URL('../../../../../shared/src/runtime/postgres.ts', import.meta.url))
const fromMessaging = createRequire(
  new URL('../../../../../services/messaging/src/broker.ts', import.meta.url),
)

type Classes = { Channel: { prototype: Channel }; ConfirmChannel: { prototype: ConfirmChannel } }

/** The PostgreSQL client's class that the shop's processes use. */
export const { Client } = fromShared('pg') as typeof pg

/** The classes of channels that the shop's processes use: the package does not export them. */
export const channels = (): Classes =>
  fromMessaging(`${dirname(fromMessaging.resolve('amqplib'))}/lib/channel_model.js`) as Classes
