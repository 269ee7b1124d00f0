import { amqp } from '@shop/messaging/config.ts'
import { baseConfig, databaseConfig, port } from '@shop/shared/runtime/config.ts'
import { placesConfig } from '@shop/shared/runtime/load.ts'
import Type, { type Static } from 'typebox'

export const Config = Type.Object({
  ...baseConfig,
  ...databaseConfig,
  ...amqp,
  ...placesConfig,
  PORT: port(4002),
})
export type Config = Static<typeof Config>
