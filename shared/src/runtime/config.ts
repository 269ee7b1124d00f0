import type { ErrorObject } from 'ajv'
import Type, { type Static, type TObject, type TProperties } from 'typebox'
import { createAjv } from './ajv.ts'

/** The configuration that every process has. */
export const baseConfig = {
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'an address to listen on' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'fatal, error, warn, info, debug, trace or silent',
  }),
  AUTH_SECRET: Type.String({ minLength: 32, description: 'a secret of 32 bytes or more' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s?#]+$',
      description: 'the base URL of an OpenTelemetry collector, such as http://127.0.0.1:4318',
    }),
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1, description: 'the share of traces to record, from 0 to 1' }),
  ),
}

/** The port to listen on; 0 takes a free one. */
export const port = (fallback: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: fallback, description: 'a port from 0 to 65535' })

const POSTGRES_URL = '^postgres(ql)?://[^\\s]+$'

export const databaseConfig = {
  DATABASE_URL: Type.String({
    pattern: POSTGRES_URL,
    description: 'a PostgreSQL URL such as postgres://user:password@127.0.0.1:5432/shop',
  }),
  MIGRATION_DATABASE_URL: Type.Optional(
    Type.String({
      pattern: POSTGRES_URL,
      description: 'the same database, as a role that owns the tables; without it, DATABASE_URL is for both',
    }),
  ),
  DATABASE_CONNECTIONS: Type.Integer({
    minimum: 2,
    maximum: 200,
    default: 10,
    description: 'the most connections to open, from 2 to 200',
  }),
}

/** One or more base URLs of another service, with commas between them. */
export const upstreamUrls = (service: string) =>
  Type.String({
    pattern: '^https?://[^\\s,/]+/?(,https?://[^\\s,/]+/?)*$',
    description: `the base URLs of ${service}, with commas between them, such as http://127.0.0.1:4001,http://127.0.0.1:4011`,
  })

/** Thrown with everything that is wrong, a line each. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const ajv = createAjv({ coerceTypes: true, allErrors: true })
const SECRET = /SECRET|PASSWORD|_URLS?$|_ENDPOINT$/

/**
 * Reads the configuration from environment variables, with defaults and numbers in place.
 * An empty variable counts as absent, as compose files leave them.
 * @throws ConfigError that names all that is wrong at once; secrets are not repeated in it
 */
export function loadConfig<P extends TProperties>(
  schema: TObject<P>,
  env: NodeJS.ProcessEnv,
): Static<TObject<P>> {
  const properties = schema.properties as Record<string, { description?: string }>
  const given = Object.fromEntries(
    Object.keys(properties).flatMap((name) => (env[name]?.trim() ? [[name, env[name] as unknown]] : [])),
  )
  const validate = ajv.compile(schema)
  if (validate(given)) return given as Static<TObject<P>>
  const names = new Set(validate.errors?.map(nameOf))
  const lines = [...names].map((name) => {
    const shown = SECRET.test(name) ? 'what is set' : JSON.stringify(env[name])
    const state = env[name]?.trim() ? `${shown} is not` : 'it is not set; set it to'
    return `  ${name}: ${state} ${properties[name]?.description ?? 'valid'}`
  })
  throw new ConfigError(['The configuration is not valid:', ...lines].join('\n'))
}

const nameOf = (error: ErrorObject): string =>
  error.keyword === 'required'
    ? String(error.params.missingProperty)
    : (error.instancePath.split('/')[1] ?? '')
