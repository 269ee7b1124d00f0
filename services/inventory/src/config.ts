import { amqp } from '@shop/messaging/config.ts'
import { baseConfig, databaseConfig, port } from '@shop/shared/runtime/config.ts'
import Type, { type Static } from 'typebox'

export const Config = Type.Object({ ...baseConfig, ...databaseConfig, ...amqp, PORT: port(4002) })
export type Config = Static<typeof Config>
