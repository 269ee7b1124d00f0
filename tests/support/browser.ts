import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** Chromium or Chrome on PATH; undefined where there is none. */
export function browserPath(): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  return names.flatMap((name) => directories.map((it) => `${it}/${name}`)).find((it) => existsSync(it))
}

/** What a browser says of a page, as the DevTools Protocol has it. */
export type Event = { method: string; params: Record<string, unknown> }

/** A page in a browser without a window, driven by the DevTools Protocol through a pipe. */
export type Page = {
  /** Calls a method of the protocol. @throws Error when the browser refuses */
  call<T = Record<string, unknown>>(method: string, params?: object): Promise<T>
  /** Resolves at the next such event. */
  next(method: string): Promise<void>
  /** All that has happened, in order. */
  events: Event[]
  close(): Promise<void>
}

type Message = { id?: number; error?: { message: string }; result?: unknown } & Partial<Event>

/** Starts a browser with an empty page. It keeps nothing, and is gone after `close`. */
export async function openPage(): Promise<Page> {
  const profile = await mkdtemp(`${tmpdir()}/one-shop-twice-`)
  const quiet = ['--disable-background-networking', '--no-first-run', `--user-data-dir=${profile}`]
  const args = ['--headless', '--no-sandbox', '--disable-gpu', ...quiet, '--remote-debugging-pipe']
  const child = spawn(browserPath()!, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const connection = connect(child)
  const target = (await connection.call('Target.createTarget', { url: 'about:blank' })) as object
  const session = await connection.call('Target.attachToTarget', { ...target, flatten: true })
  const { sessionId } = session as { sessionId: string }
  return {
    call: <T>(method: string, params = {}) => connection.call(method, params, sessionId) as Promise<T>,
    next: connection.next,
    events: connection.events,
    close: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Speaks with the browser: JSON, each message ended by a NUL, calls on its file descriptor 3 and all else on 4. */
function connect(child: ChildProcess) {
  const [, , , input, output] = child.stdio as [null, null, null, Writable, Readable]
  const calls = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  const waiting: { method: string; resolve(): void }[] = []
  const events: Event[] = []
  let ids = 0
  let rest = ''

  const take = ({ id, error, result, method, params }: Message) => {
    if (method) {
      events.push({ method, params: params ?? {} })
      for (const it of waiting.filter((one) => one.method === method)) it.resolve()
    }
    if (id === undefined) return
    if (error) calls.get(id)?.reject(new Error(error.message))
    else calls.get(id)?.resolve(result)
  }
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop()!
    for (const message of messages) take(JSON.parse(message))
  })
  child.once('exit', () => {
    for (const { reject } of calls.values()) reject(new Error('The browser has ended'))
  })
  input.on('error', () => {})

  return {
    events,
    call: (method: string, params: object, sessionId?: string) => {
      const id = ++ids
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      return new Promise<unknown>((resolve, reject) => calls.set(id, { resolve, reject }))
    },
    next: (method: string) => new Promise<void>((resolve) => waiting.push({ method, resolve })),
  }
}
