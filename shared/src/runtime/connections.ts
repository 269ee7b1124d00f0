import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { connectionsRefused } from './metrics.ts'

/** Files and connections that a process has open whatever it is asked: modules, pipes, the broker, the odd look-up. */
const ALWAYS_OPEN = 64
/** With fewer it is of no use to anybody. */
const LEAST = 16

/**
 * Refuses connections beyond what the process may open: the operating system would refuse a file or a connection of its own
 * instead, to whatever asks next. What is left is for the database, and for one call to another service for each connection.
 * @param open how many files and connections it may have open
 * @param databaseConnections of those, how many its pool may take
 */
export function limitConnections(server: Server, open: number, databaseConnections: number): void {
  const rest = Math.floor((open - ALWAYS_OPEN - databaseConnections) / 2)
  server.maxConnections = Math.max(LEAST, rest)
  server.on('drop', () => connectionsRefused.inc())
}

/** How many files and connections this process may have open at once; Infinity where the system does not say. */
export function openFilesLimit(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | string } }
  }
  const limit = Number(userLimits?.open_files?.soft)
  return Number.isFinite(limit) ? limit : Number.POSITIVE_INFINITY
}

/**
 * Closes, when the server does, the connections on which nothing was ever said: they carry no request that could be lost. Node
 * takes them for busy, and would wait for them.
 */
export function closeSilent(app: FastifyInstance): void {
  const silent = new Set<Socket>()
  app.server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  app.server.on('request', ({ socket }) => silent.delete(socket))
  app.addHook('preClose', async () => {
    for (const socket of silent) if (socket.bytesRead === 0) socket.destroy()
  })
}
