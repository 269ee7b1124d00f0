import { upstreamConfig } from '@shop/http/config.ts'
import { amqp } from '@shop/messaging/config.ts'
import { baseConfig, databaseConfig, port, upstreamUrls } from '@shop/shared/runtime/config.ts'
import { heldPlacesConfig, placesConfig } from '@shop/shared/runtime/load.ts'
import Type, { type Static } from 'typebox'

export const Config = Type.Object({
  ...baseConfig,
  ...databaseConfig,
  ...amqp,
  ...placesConfig,
  ...heldPlacesConfig,
  ...upstreamConfig,
  PORT: port(4001),
  INVENTORY_URLS: upstreamUrls('inventory'),
})
export type Config = Static<typeof Config>
