import assert from 'node:assert/strict'
import type { ValidateFunction } from 'ajv'
import { createAjv } from '../runtime/ajv.ts'

const ajv = createAjv({ coerceTypes: false, useDefaults: false, allErrors: true })
const compiled = new Map<object, ValidateFunction>()

/** Checks that a value has the shape that a schema of the contract gives it. */
export function assertMatches(schema: object, value: unknown): void {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  assert.ok(validate(value), `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`)
}
