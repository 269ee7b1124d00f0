import { Ajv, type Options } from 'ajv'
import formatsModule from 'ajv-formats'

// ajv-formats is CommonJS: its callable default export is one step further in.
const addFormats = formatsModule as unknown as typeof formatsModule.default

/** An Ajv with the formats that our schemas name. Without `coerceTypes`, "1" is not 1. */
export function createAjv(options: Options): Ajv {
  const ajv = new Ajv({ useDefaults: true, strict: false, ...options })
  addFormats(ajv, ['uuid', 'date-time', 'uri'])
  return ajv
}
