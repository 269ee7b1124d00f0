import { Ajv, type Options } from 'ajv'
import formatsModule from 'ajv-formats'

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
