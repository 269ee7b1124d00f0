import { openApiDocument } from './openapi.ts'
import { type Operation, operations } from './operations.ts'
import { problems } from './problems.ts'

interface Described {
  operationId: string
  security?: unknown
  parameters: { name: string; in: string; required: boolean }[]
  requestBody?: { required: boolean }
  responses: Record<string, { description: string; content: object }>
}

const paths = openApiDocument().paths as Record<string, Record<string, Described>>
const all = Object.values<Operation>(operations)
const describedOf = ({ url, method }: Operation) =>
  paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]

describe('the OpenAPI document', () => {
  it.each(all)('describes $operationId', (operation) => {
    const described = describedOf(operation)
    expect(described?.operationId).toBe(operation.operationId)
    expect(described?.requestBody !== undefined).toBe(operation.schema.body !== undefined)
    expect(described?.security !== undefined).toBe(operation.roles !== undefined)
    for (const status of Object.keys(operation.schema.response as object)) {
      expect(described?.responses[status]?.content).toHaveProperty('application/json')
    }
    for (const name of operation.problems) {
      expect(described?.responses[problems[name].status]?.description).toContain(`${name}:`)
    }
  })

  it('names each parameter of a path, and asks for it', () => {
    for (const [path, item] of Object.entries(paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(item)) {
        const inPath = parameters.filter((parameter) => parameter.in === 'path')
        expect(inPath.map(({ name }) => name)).toEqual(named)
        expect(inPath.every(({ required }) => required)).toBe(true)
      }
    }
  })

  it('asks for no parameter that has a default', () => {
    const limits = all.flatMap((operation) =>
      (describedOf(operation)?.parameters ?? []).filter(({ name }) => name === 'limit'),
    )
    expect(limits.map(({ required }) => required)).toEqual([false, false])
  })

  it('tells of the key and of Prefer where they count', () => {
    const headers = (operation: Operation) =>
      describedOf(operation)
        ?.parameters.filter((parameter) => parameter.in === 'header')
        .map(({ name, required }) => [name, required])
    expect(headers(operations.placeOrder)).toEqual([
      ['Idempotency-Key', true],
      ['Prefer', false],
    ])
    expect(headers(operations.restockProduct)).toEqual([['Idempotency-Key', true]])
  })

  it('of some operations holds those alone', () => {
    const document = openApiDocument([operations.getProduct]) as { paths: object }
    expect(Object.keys(document.paths)).toEqual(['/products/{sku}'])
  })
})
