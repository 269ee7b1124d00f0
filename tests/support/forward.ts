import { connect, createServer, type Socket } from 'node:net'

/**
 * Listens on `from` of 127.0.0.1 and passes every connection on to `to`: a dependency that comes and goes.
 * @returns what closes it, with all of its connections
 */
export async function forward(from: number, to: number): Promise<() => Promise<void>> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(from, '127.0.0.1', resolve)
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
}
