import { baseConfig, port, upstreamUrls } from '@shop/shared/runtime/config.ts'
import { heldPlacesConfig, placesConfig } from '@shop/shared/runtime/load.ts'
import { rateLimitConfig } from '@shop/shared/runtime/rate-limit.ts'
import Type, { type Static } from 'typebox'

export const Config = Type.Object({
  ...baseConfig,
  ...placesConfig,
  ...heldPlacesConfig,
  ...rateLimitConfig,
  PORT: port(4000),
  ORDERS_URLS: upstreamUrls('orders'),
  INVENTORY_URLS: upstreamUrls('inventory'),
})
export type Config = Static<typeof Config>
