// Beside the gateway: @fastify/http-proxy as it comes, in front of the same upstream. For measuring against; its defaults
// are not safe to ship.

import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'

const { HOST = '127.0.0.1', PORT, UPSTREAM_URL = '' } = process.env

const app = Fastify()
await app.register(httpProxy, { upstream: UPSTREAM_URL })
process.once('SIGTERM', () => app.close())
await app.listen({ host: HOST, port: Number(PORT) })
