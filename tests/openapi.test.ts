import { operations } from '@shop/shared/contract/operations.ts'
import { createAjv } from '@shop/shared/runtime/ajv.ts'
import { useStack } from './support/stack.ts'

const monolith = useStack('monolith')
const services = useStack('services')

async function documentOf(url: string): Promise<string> {
  return (await fetch(`${url}/openapi.json`)).text()
}

/** What OpenAPI 3.1 asks of the objects that the document is made of. */
const text = { type: 'string', minLength: 1 }
const content = {
  type: 'object',
  minProperties: 1,
  additionalProperties: { type: 'object', required: ['schema'], properties: { schema: { type: 'object' } } },
}
const parameter = {
  type: 'object',
  required: ['name', 'in', 'schema'],
  properties: { name: text, in: { enum: ['path', 'query', 'header'] }, required: { type: 'boolean' } },
}
const operation = {
  type: 'object',
  required: ['operationId', 'summary', 'responses'],
  properties: {
    operationId: text,
    summary: text,
    parameters: { type: 'array', items: parameter },
    requestBody: { type: 'object', required: ['content'], properties: { content } },
    responses: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^([1-5]\\d\\d|default)$' },
      additionalProperties: {
        type: 'object',
        required: ['description'],
        properties: { description: text, content },
      },
    },
  },
}
const shape = {
  type: 'object',
  required: ['openapi', 'info', 'paths'],
  properties: {
    openapi: { type: 'string', pattern: '^3\\.1\\.\\d+$' },
    info: { type: 'object', required: ['title', 'version'], properties: { title: text, version: text } },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        propertyNames: { enum: ['get', 'put', 'post'] },
        additionalProperties: operation,
      },
    },
  },
}

type Json = { [key: string]: Json }

/** Every value under this key, wherever it stands. */
function* valuesOf(key: string, value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (name === key) yield inner
    yield* valuesOf(key, inner)
  }
}

describe('the OpenAPI document', () => {
  it('is the same on both stacks, byte for byte', async () => {
    const [one, other] = [await documentOf(monolith.current.url), await documentOf(services.current.url)]
    expect(one).toBe(other)
  })

  it('is made of what OpenAPI 3.1 asks for', async () => {
    const document = JSON.parse(await documentOf(monolith.current.url)) as Json
    const ajv = createAjv({ allErrors: true })
    expect(ajv.validate(shape, document) || ajv.errorsText()).toBe(true)
    const ids = [...valuesOf('operationId', document.paths)]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has schemas that are JSON Schema, and references that lead somewhere', async () => {
    const document = JSON.parse(await documentOf(monolith.current.url)) as Json
    const ajv = createAjv({}).addSchema({ $id: 'document', components: document.components })
    const schemas = [...valuesOf('schema', document.paths)]
    expect(schemas.length).toBeGreaterThan(20)
    for (const schema of schemas) {
      const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'))
      expect(() => ajv.compile(rooted)).not.toThrow()
    }
  })

  it('describes every call of the contract, and each is served', async () => {
    const { paths } = JSON.parse(await documentOf(monolith.current.url)) as Json
    for (const { method, url } of Object.values(operations)) {
      expect(Object.keys(paths![url.replace(/:(\w+)/g, '{$1}')]!)).toContain(method.toLowerCase())
      for (const stack of [monolith, services]) {
        const path = url.replace(':sku', 'MUG-001').replace(':id', '01890000-0000-7000-8000-000000000000')
        const response = await fetch(stack.current.url + path, { method })
        // A guarded call asks for a token, and a product that is not there is another 404 than a route that is not.
        const { detail = '' } = JSON.parse(await response.text()) as { detail?: string }
        expect(detail).not.toMatch(/^No \w+ /)
      }
    }
  })
})
