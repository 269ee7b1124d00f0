import { Ajv, type AnySchemaObject, type Options } from 'ajv'
import formatsModule from 'ajv-formats'
import { ProblemError } from '../contract/problems.ts'

// ajv-formats is CommonJS: its callable default export is one step further in.
const addFormats = formatsModule as unknown as typeof formatsModule.default

/** ajv-formats takes `urn:uuid:…`, too, which is a URI: the database takes the UUID alone. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** An Ajv with the formats that our schemas name. Without `coerceTypes`, "1" is not 1. */
export function createAjv(options: Options): Ajv {
  const ajv = new Ajv({ useDefaults: true, strict: false, ...options })
  addFormats(ajv, ['date-time', 'uri'])
  ajv.addFormat('uuid', UUID)
  return ajv
}

const INTEGER = /^-?(?:0|[1-9]\d*)$/

/**
 * Compiles the schema of a query, whose values are text: `5` is an integer there, and `0x10`, `1e1` and ` 5`, which Ajv takes
 * for one, too, are none.
 * @param ajv one that coerces types
 */
export function compileQuery(
  ajv: Ajv,
  schema: AnySchemaObject,
): (query: Record<string, unknown>) => { error: Error } | { value: unknown } {
  const validate = ajv.compile(schema)
  const properties = Object.entries((schema.properties ?? {}) as Record<string, { type?: unknown }>)
  const integers = properties.flatMap(([name, { type }]) => (type === 'integer' ? [name] : []))
  return (query) => {
    const odd = integers.find((name) => typeof query[name] === 'string' && !INTEGER.test(query[name]))
    if (odd) return { error: new ProblemError('invalid-request', `querystring/${odd} must be integer`) }
    if (validate(query)) return { value: query }
    return {
      error: new ProblemError('invalid-request', ajv.errorsText(validate.errors, { dataVar: 'querystring' })),
    }
  }
}
