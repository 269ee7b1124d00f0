import { baseConfig, databaseConfig, port } from '@shop/shared/runtime/config.ts'
import { rateLimitConfig } from '@shop/shared/runtime/rate-limit.ts'
import Type, { type Static } from 'typebox'

export const Config = Type.Object({ ...baseConfig, ...databaseConfig, ...rateLimitConfig, PORT: port(3000) })
export type Config = Static<typeof Config>
