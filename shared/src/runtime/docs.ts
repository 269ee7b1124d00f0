import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { openApiDocument } from '../contract/openapi.ts'
import type { Operation } from '../contract/operations.ts'

/** All that the page loads comes from this process; it styles itself in place. */
const PAGE_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'frame-ancestors': ["'none'"],
}

/** Serves `/openapi.json` and, from the same document, the page `/docs`. All of it is local: no network is needed. */
export async function docs(app: FastifyInstance, served?: readonly Operation[]): Promise<void> {
  const document = openApiDocument(served)
  const bytes = JSON.stringify(document)
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(bytes))
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY })
}
