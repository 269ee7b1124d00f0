import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can forget the connections it has, as a router does: what is sent on them reaches nobody. */
export interface ForgetfulLink {
  /** The URL of the server, by way of this link. */
  url: string
  /** From now on the connections of now are silent for ever, not even their ends are told. New ones pass. */
  forget(): void
  /** How many connections are remembered. */
  connections(): number
  /** What has come from the near side, a chunk a write. */
  chunks: Buffer[]
  close(): Promise<void>
}

export async function startForgetfulLink(to: string): Promise<ForgetfulLink> {
  const { hostname: host, port } = new URL(to)
  const pairs = new Map<Socket, Socket>()
  const all = new Set<Socket>()
  const chunks: Buffer[] = []
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host, port: Number(port), noDelay: true })
    pairs.set(near, far)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      all.add(socket)
      socket.on('error', () => undefined)
      socket.on('data', (chunk: Buffer) => {
        if (!pairs.has(near)) return
        if (socket === near) chunks.push(chunk)
        other.write(chunk)
      })
      socket.on('close', () => {
        all.delete(socket)
        if (pairs.has(near)) other.destroy()
        if (socket === near) pairs.delete(near)
      })
      socket.on('end', () => pairs.has(near) && other.end())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = new URL(to)
  near.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: near.href,
    chunks,
    forget: () => pairs.clear(),
    connections: () => pairs.size,
    async close() {
      for (const socket of all) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
