import { baseConfig, databaseConfig, port } from '@shop/shared/runtime/config.ts'
import { placesConfig } from '@shop/shared/runtime/load.ts'
import { rateLimitConfig } from '@shop/shared/runtime/rate-limit.ts'
import Type, { type Static } from 'typebox'

export const Config = Type.Object({
  ...baseConfig,
  ...databaseConfig,
  ...placesConfig,
  ...rateLimitConfig,
  PORT: port(3000),
})
export type Config = Static<typeof Config>
