import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { type Link, startLink } from './link.ts'

/** A dependency that sends back what it is told, and what it was told. */
let dependency: Server
let told: Socket[]
let link: Link

beforeEach(async () => {
  told = []
  dependency = createServer({ allowHalfOpen: true }, (socket) => {
    told.push(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  dependency.listen(0, '127.0.0.1')
  await once(dependency, 'listening')
  link = await startLink({ to: { host: '127.0.0.1', port: portOf(dependency) } })
})

afterEach(async () => {
  await link.close()
  for (const socket of told) socket.destroy()
  dependency.close()
})

const portOf = (server: Server) => (server.address() as { port: number }).port

function knock(): Socket {
  const socket = connect({ port: link.port, host: '127.0.0.1', allowHalfOpen: true })
  return socket.on('error', () => {})
}

async function dial(): Promise<Socket> {
  const socket = knock()
  await once(socket, 'connect')
  return socket
}

/** Resolves when it is closed, with or without an error. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve))

async function echo(socket: Socket, message: string): Promise<string> {
  socket.write(message)
  let heard = ''
  while (heard.length < message.length) heard += String((await once(socket, 'data'))[0])
  return heard
}

/** Turns of the event loop in which bytes on their way would arrive. */
async function settle() {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
}

describe('a link', () => {
  it('passes on everything, and the end, though more comes than it holds', async () => {
    const socket = await dial()
    const sent = Buffer.alloc(8 * 1024 * 1024, 'abcdefg')
    socket.end(sent)
    expect((await buffer(socket)).equals(sent)).toBe(true)
  })

  it('stops reading when nobody takes what it holds', async () => {
    dependency.removeAllListeners('connection')
    dependency.on('connection', (socket) => told.push(socket.pause()))
    const socket = await dial()
    const piece = Buffer.alloc(1024 * 1024)
    // Without backpressure the link would take all of it.
    let taken = 0
    const write = () => {
      taken++
      if (taken < 200) socket.write(piece, write)
    }
    write()
    let before = -1
    while (before !== taken) {
      before = taken
      await settle()
    }
    expect(taken).toBeLessThan(200)
    socket.destroy()
  })

  it('delays both directions and keeps the order', async () => {
    const socket = await dial()
    link.latency(30)
    const started = performance.now()
    socket.write('a')
    await settle()
    link.latency(0)
    socket.end('b')
    expect(await text(socket)).toBe('ab')
    // There: 30 ms. Back: none any more. Timers may be a millisecond early.
    expect(performance.now() - started).toBeGreaterThan(28)
  })

  it('breaks every connection when it is cut, new ones too, until it heals', async () => {
    const socket = await dial()
    expect(await echo(socket, 'a')).toBe('a')
    const broken = closed(socket)
    link.cut()
    await broken
    await closed(knock())
    expect(told).toHaveLength(1)
    link.heal()
    expect(await echo(await dial(), 'b')).toBe('b')
  })

  it('as a black hole keeps and accepts connections but passes on nothing, and all of it later', async () => {
    const old = await dial()
    expect(await echo(old, 'a')).toBe('a')
    link.halfOpen()
    const young = await dial()
    const heard: string[] = []
    old.on('data', (data) => heard.push(`old: ${data}`))
    young.on('data', (data) => heard.push(`young: ${data}`))
    old.write('b')
    young.write('c')
    told[0]!.write('d')
    await settle()
    expect([heard, told.length, old.closed, young.closed]).toEqual([[], 1, false, false])
    link.heal()
    while (heard.join().length < 'old: db,young: c'.length) await settle()
    expect(heard.join()).toMatch(/c/)
    expect(heard.filter((it) => it.startsWith('old')).join()).toMatch(/d.*b/)
  })

  it('tells nobody of an end while it is a black hole', async () => {
    const socket = await dial()
    expect(await echo(socket, 'a')).toBe('a')
    link.halfOpen()
    const ended = once(socket, 'end').then(() => 'ended')
    socket.resume()
    told[0]!.end()
    expect(await Promise.race([ended, settle()])).toBeUndefined()
    link.heal()
    expect(await ended).toBe('ended')
  })

  it('swallows what is open for good, tells neither end of the other, and passes what is new', async () => {
    const old = await dial()
    expect(await echo(old, 'a')).toBe('a')
    link.swallow()
    const young = await dial()
    const heard: string[] = []
    old.on('data', (data) => heard.push(String(data)))
    old.write('b')
    told[0]!.write('c')
    told[0]!.end()
    expect(await echo(young, 'd')).toBe('d')
    link.halfOpen()
    link.heal()
    expect(await echo(young, 'e')).toBe('e')
    await settle()
    expect([heard, old.readableEnded, told[0]!.readableEnded]).toEqual([[], false, false])
    old.destroy()
    await settle()
    expect(told[0]!.destroyed).toBe(false)
    // To heal brings nothing of it back.
    link.heal()
    await settle()
    expect(heard).toEqual([])
  })

  it('breaks a connection whose other end has gone', async () => {
    const socket = await dial()
    expect(await echo(socket, 'a')).toBe('a')
    told[0]!.resetAndDestroy()
    await closed(socket)
    dependency.close()
    await closed(knock())
  })

  it('listens on the port that it is given', async () => {
    const { port } = link
    await link.close()
    link = await startLink({ to: { host: '127.0.0.1', port: portOf(dependency) }, port })
    expect(await echo(await dial(), 'a')).toBe('a')
  })
})
