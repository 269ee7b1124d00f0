import { createAjv } from '@shop/shared/runtime/ajv.ts'
import type { Ajv, ValidateFunction } from 'ajv'

export type Schema = { [keyword: string]: unknown }
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }

/** One operation as an OpenAPI document describes it. */
export type Operation = {
  id: string
  method: string
  /** `/products/{sku}` */
  path: string
  /** Who may call it; none for everybody. */
  roles: string[]
  parameters: Parameter[]
  body?: Schema
  /** By status. */
  responses: Map<number, { contentType: string; validate: ValidateFunction }>
}

type Content = Record<string, { schema: Schema }>
type Described = {
  operationId: string
  description?: string
  security?: unknown[]
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { content: Content }>
}
type Document = { paths: Record<string, Record<string, Described>>; components: object }

/** Reads the document that a process serves. @throws when there is none */
export async function readDocument(url: string): Promise<Operation[]> {
  const response = await fetch(`${url}/openapi.json`)
  if (response.status !== 200) throw new Error(`${url}/openapi.json answers ${response.status}`)
  return operationsOf((await response.json()) as Document)
}

/** The operations of a document, their schemas compiled. */
export function operationsOf({ paths, components }: Document): Operation[] {
  const ajv = createAjv({ coerceTypes: false, useDefaults: false, allErrors: true })
  ajv.addSchema({ $id: 'document', components })
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, it]) => ({
      id: it.operationId,
      method: method.toUpperCase(),
      path,
      roles: it.security ? ['customer', 'admin'].filter((role) => it.description?.includes(role)) : [],
      parameters: it.parameters ?? [],
      body: it.requestBody?.content['application/json']?.schema,
      responses: new Map(
        Object.entries(it.responses).map(([status, answer]) => [Number(status), compiled(ajv, answer)]),
      ),
    })),
  )
}

function compiled(ajv: Ajv, { content }: { content: Content }) {
  const [contentType, { schema }] = Object.entries(content)[0]!
  // References lead into the document, which the schema alone is not.
  const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'))
  return { contentType, validate: ajv.compile(rooted) }
}

/** The operation that a request line reaches, if any. */
export function operationAt(operations: Operation[], method: string, target: string): Operation | undefined {
  const segments = segmentsOf(target)
  return operations.find((operation) => {
    const template = operation.path.split('/')
    return (
      operation.method === method &&
      template.length === segments.length &&
      template.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]))
    )
  })
}

/** A target may name the server too, and a percent sign may stand for what needs none. */
function segmentsOf(target: string): string[] {
  const path = target.replace(/^https?:\/\/[^/?]*/, '').split(/[?#]/)[0]!
  return path
    .split('/')
    .map((segment) =>
      segment.replaceAll(/%[0-7][0-9a-f]/gi, (it) => String.fromCharCode(Number.parseInt(it.slice(1), 16))),
    )
}
