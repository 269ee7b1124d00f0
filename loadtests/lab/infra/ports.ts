import { createServer } from 'node:net'
import { UserError } from './user-error.ts'

const HOST = '127.0.0.1'

// Below the range from which the kernel takes the ports of outgoing connections, so that none is taken between look and use.
const FIRST = 20_000
const COUNT = 10_000

/** A TCP port on 127.0.0.1 on which nothing listens now. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (await isFree(port)) return port
  }
  throw new UserError(`No free port between ${FIRST} and ${FIRST + COUNT - 1} on ${HOST}.`)
}

/**
 * Throws a UserError that names the port and what wanted it, if something listens there.
 * @param owner what wants the port, for example `monolith`
 */
export async function requireFreePort(port: number, owner: string): Promise<void> {
  if (await isFree(port)) return
  throw new UserError(
    `Port ${port}, which ${owner} needs, is taken. Stop what listens there, or choose another port.`,
  )
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: HOST, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
