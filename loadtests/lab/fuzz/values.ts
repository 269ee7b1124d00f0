import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from './document.ts'

/** Makes values of one property in place of its schema; undefined where the schema will do. */
export type Override = (property: string, fromSchema: Arbitrary<unknown>) => Arbitrary<unknown> | undefined

/**
 * Values that a JSON schema allows, of the subset that the shop's schemas use.
 * @throws on a keyword that it does not know, rather than to make values that are wrong
 */
export function valuesOf(schema: Schema, override: Override = () => undefined): Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'object':
      return objects(schema as ObjectSchema, override)
    case 'array':
      return fc.array(valuesOf(schema.items as Schema, override), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Number(schema.maxItems ?? 10),
      })
    case 'integer':
      return integers(Number(schema.minimum ?? -(2 ** 31)), Number(schema.maximum ?? 2 ** 31 - 1))
    case 'string':
      return strings(schema as StringSchema)
    default:
      throw new Error(`No values are known for ${JSON.stringify(schema)}`)
  }
}

type ObjectSchema = { properties: Record<string, Schema>; required?: string[] }
type StringSchema = { pattern?: string; format?: string; minLength?: number; maxLength?: number }

function objects({ properties, required = [] }: ObjectSchema, override: Override): Arbitrary<unknown> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const values = valuesOf(schema, override)
      return [name, override(name, values) ?? values]
    }),
  )
  return fc.record(model, { requiredKeys: required })
}

/** The edges are where things break. */
const integers = (min: number, max: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  )

function strings({ pattern, format, minLength = 0, maxLength = 200 }: StringSchema): Arbitrary<unknown> {
  if (format === 'uuid') return fc.uuid()
  if (format !== undefined) throw new Error(`No values are known for the format ${format}`)
  const any = fc.string({ minLength, maxLength, unit: 'binary' })
  if (pattern === undefined) return any
  const allowed = new RegExp(pattern)
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength && allowed.test(text)
  const made = fc.stringMatching(allowed).filter(fits)
  // It makes little but ASCII, even where the pattern lets in all but a few characters.
  return allowed.test('\u00e9\u{1fad6}') ? fc.oneof(made, any.filter(fits)) : made
}
