import { type Operation, operations } from './operations.ts'
import { type ProblemName, problems } from './problems.ts'
import { Problem } from './schemas.ts'

type Json = Record<string, unknown>
interface ObjectSchema {
  properties: Record<string, Json>
  required?: string[]
}

/** What any call can be answered with, whoever makes it and whatever it says. */
const ANYWHERE: ProblemName[] = ['too-many-requests', 'internal-error', 'unavailable', 'timeout']

const shop: Operation[] = Object.values(operations)

/**
 * The OpenAPI 3.1 document of these operations, by default the whole shop. It is built from the contract and not
 * from the routes, so that the monolith and the gateway serve the same bytes.
 */
export function openApiDocument(served: readonly Operation[] = shop): Json {
  const paths: Record<string, Json> = {}
  for (const operation of served) {
    const path = operation.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'One Shop, Twice', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: [{ name: 'inventory' }, { name: 'orders' }],
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

function describe({ operationId, method, summary, tag, roles, schema, problems: own }: Operation): Json {
  const guards: ProblemName[] = roles ? ['unauthenticated', 'forbidden'] : []
  const body = schema.body ? { requestBody: { required: true, content: json(schema.body as Json) } } : {}
  // A body that nobody asked for is read, too.
  const bodyProblems: ProblemName[] = method === 'GET' ? [] : ['payload-too-large', 'unsupported-media-type']
  return {
    operationId,
    summary,
    ...(roles && { description: `Role: ${roles.join(' or ')}.`, security: [{ bearer: [] }] }),
    tags: [tag],
    parameters: [
      ...parameters('path', schema.params),
      ...parameters('query', schema.querystring),
      ...parameters('header', schema.headers),
    ],
    ...body,
    responses: {
      ...successes(schema.response as Record<string, Json>),
      ...failures([...own, ...guards, ...bodyProblems, ...ANYWHERE]),
    },
  }
}

const json = (schema: Json): Json => ({ 'application/json': { schema } })

function parameters(place: 'path' | 'query' | 'header', schema: unknown): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Partial<ObjectSchema>
  return Object.entries(properties).map(([name, property]) => ({
    name: place === 'header' ? titleCase(name) : name,
    in: place,
    // What has a default may be left out.
    required: required.includes(name) && !('default' in property),
    schema: property,
  }))
}

const titleCase = (header: string) => header.replace(/(^|-)\w/g, (letter) => letter.toUpperCase())

function successes(response: Record<string, Json>): Json {
  const title: Record<string, string> = { 200: 'Done', 201: 'Created', 202: 'Accepted, not settled yet' }
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => [
      status,
      { description: title[status], content: json(schema) },
    ]),
  )
}

/** Problems that share a status share an answer: its description names each of them. */
function failures(names: ProblemName[]): Json {
  const byStatus = Map.groupBy(names, (name) => problems[name].status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((name) => `${name}: ${problems[name].title}`).join('. '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}
