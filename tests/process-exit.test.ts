import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { startProcess, type TestProcess } from './support/process.ts'
import { testSecret } from './support/stack.ts'

/** A process whose end is decided by `way`. */
async function start(way: string, env: Record<string, string> = {}): Promise<TestProcess> {
  const port = await freePort()
  return startProcess({
    name: 'leaving',
    entry: 'tests/support/leaving.ts',
    url: `http://127.0.0.1:${port}`,
    env: {
      WAY: way,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'info',
      AUTH_SECRET: testSecret,
      ...env,
    },
  })
}

async function listening(way: string): Promise<TestProcess> {
  const process = await start(way)
  await process.says(`Server listening at ${process.url}`)
  return process
}

const logOf = ({ lines }: TestProcess) => lines.join('\n')

describe('a process ends', () => {
  it('with 0 after a stop in order', async () => {
    const process = await listening('in order')
    process.signal('SIGTERM')
    expect(await process.ended).toBe(0)
    expect(logOf(process)).toContain('"msg":"stopped"')
  })

  it('with 0 and at once though somebody has a connection on which nothing was ever said', async () => {
    const process = await listening('in order')
    const socket = connect(Number(new URL(process.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    process.signal('SIGTERM')
    expect(await process.ended).toBe(0)
    socket.destroy()
  })

  it.each([
    ['that is not of this machine', '192.0.2.1'],
    ['that is none', 'no-such-host.invalid'],
  ])('with 2 and one line for a HOST %s', async (_, HOST) => {
    const process = await start('in order', { HOST, LOG_LEVEL: 'silent' })
    expect(await process.ended).toBe(2)
    expect(process.lines).toEqual([expect.stringMatching(/\bHOST\b/)])
  })

  it.each(['cannot start', 'no database host'])('with 1 and the reason when it %s', async (way) => {
    const process = await start(way)
    expect(await process.ended).toBe(1)
    expect(logOf(process)).toContain('Could not start: Error')
  })

  it.each([
    ['a rejection that nobody handles', '/reject', 'nobody caught this'],
    ['an exception that nobody catches', '/throw', 'nobody caught that'],
  ])('with 1 and a line in the log after %s', async (_, path, message) => {
    const process = await listening('in order')
    await fetch(process.url + path).catch(() => undefined)
    expect(await process.ended).toBe(1)
    expect(logOf(process)).toMatch(new RegExp(`"level":60.*${message}`))
    expect(logOf(process)).toContain('"msg":"stopped"')
  })

  it.each([
    ['stop fails', 'the stop failed'],
    ['stop hangs', 'the stop took longer than'],
  ])(
    'with 1 and a line in the log when its %s',
    async (way, message) => {
      const process = await listening(way)
      process.signal('SIGTERM')
      expect(await process.ended).toBe(1)
      expect(logOf(process)).toMatch(new RegExp(`"level":60.*${message}`))
      expect(logOf(process)).not.toContain('"msg":"stopped"')
    },
    20_000,
  )

  it('with 1 on a second signal, and says so', async () => {
    const process = await listening('stop hangs')
    process.signal('SIGTERM')
    await process.says('stopping')
    process.signal('SIGTERM')
    expect(await process.ended).toBe(1)
    expect(logOf(process)).toContain('told to stop again')
  })
})
