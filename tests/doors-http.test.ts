import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { type ContractContext, newAdmin, newCustomer } from '@shop/shared/testing/context.ts'
import { sendBytes } from '@shop/shared/testing/raw-http.ts'
import { ask } from './support/gateway.ts'
import { contextOf, guardedPath, processesOf } from './support/processes.ts'
import { useStack } from './support/stack.ts'

const TRICKLE_MS = 500
/** A process lets a request take 10 s to arrive, and looks every second. */
const SLOW_REQUEST_ENDS_WITHIN_MS = 30_000

const API_HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cross-origin-resource-policy': 'same-origin',
}

/** Requests of which two readers could see the end in two places: `GET /smuggled` must never be a request of its own. */
const smuggled = (host: string): Record<string, string> => {
  const post = `POST /orders HTTP/1.1\r\nHost: ${host}\r\n`
  const inner = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
  const length = `Content-Length: ${inner.length}`
  const chunked = 'Transfer-Encoding: chunked'
  return {
    'a length and chunks': `${post}${length}\r\n${chunked}\r\n\r\n0\r\n\r\n${inner}`,
    'chunks and a length': `${post}${chunked}\r\n${length}\r\n\r\n0\r\n\r\n${inner}`,
    'two lengths': `${post}Content-Length: 0\r\n${length}\r\n\r\n${inner}`,
    'a list of lengths': `${post}Content-Length: 0, ${inner.length}\r\n\r\n${inner}`,
    'a length with a sign': `${post}Content-Length: +${inner.length}\r\n\r\n${inner}`,
    'a length in hexadecimal': `${post}Content-Length: 0x10\r\n\r\n${inner}`,
    'an encoding that only looks like chunks': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
    'chunks that are not the last encoding': `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`,
    'a folded header': `${post}X-Fold: a\r\n ${chunked}\r\n${length}\r\n\r\n${inner}`,
    'a blank before the colon': `${post}Content-Length : ${inner.length}\r\n\r\n${inner}`,
    'a lone line feed': `${post}X: a\n${chunked}\r\n\r\n0\r\n\r\n${inner}`,
    'a chunk size that is no number': `${post}${chunked}\r\n\r\nzz\r\n\r\n0\r\n\r\n${inner}`,
    'a NUL in a header': `${post}X: a\0b\r\n${length}\r\n\r\n${inner}`,
  }
}
const shapes = Object.keys(smuggled(''))

/** Writes `head`, then a byte now and then, until the other side hangs up. Resolves to what it said. */
async function trickle({ urlFor }: ContractContext, head: string): Promise<string> {
  const { hostname, port } = new URL(urlFor('/'))
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(head)
  const timer = setInterval(() => socket.write('x'), TRICKLE_MS)
  try {
    return await text(socket).catch(() => '')
  } finally {
    clearInterval(timer)
  }
}

describe.each(processesOf)('the doors of the %s', (name, processes) => {
  const stack = useStack(name)

  describe.each(processes)('%s', (process) => {
    const context = () => contextOf(stack.current, process)
    const post = (token: string) =>
      `POST ${guardedPath(process)} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: k\r\n`
    const tokenOf = () => (process === 'inventory' ? newAdmin(context()) : newCustomer(context())).token

    it.each(shapes)('take no request out of another’s body: %s', async (shape) => {
      const { host } = new URL(context().urlFor('/'))
      const reply = await sendBytes(context(), smuggled(host)[shape]!, { halfClose: true })
      expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(reply).not.toContain('GET /smuggled')
    })

    it('refuse headers above 16 KiB and bodies above 64 KiB, told or in chunks, and say so', async () => {
      const head = post(tokenOf())
      const big = await sendBytes(context(), `${head}X: ${'x'.repeat(17_000)}\r\n\r\n`, { halfClose: true })
      expect(big).toMatch(/^HTTP\/1\.1 4\d\d /)
      const json = `${head}Content-Type: application/json\r\nConnection: close\r\n`
      const body = 'x'.repeat(70_000)
      const told = await sendBytes(context(), `${json}Content-Length: ${body.length}\r\n\r\n${body}`)
      const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      const chunked = await sendBytes(context(), `${json}Transfer-Encoding: chunked\r\n\r\n${chunks}`)
      for (const reply of [told, chunked]) expect(reply).toMatch(/^HTTP\/1\.1 413 /)
    })

    it(
      'hang up on who never gets to an end: of headers, of a body, of a chunk',
      async () => {
        const head = post(tokenOf())
        const json = `${head}Content-Type: application/json\r\n`
        const replies = await Promise.all([
          trickle(context(), `${head}X-Slow: `),
          trickle(context(), `${json}Content-Length: 60000\r\n\r\n{`),
          trickle(context(), `${json}Transfer-Encoding: chunked\r\n\r\nffff\r\n{`),
        ])
        for (const reply of replies) expect(reply).not.toMatch(/^HTTP\/1\.1 [23]/)
      },
      SLOW_REQUEST_ENDS_WITHIN_MS,
    )

    it('send security headers with answers of every kind', async () => {
      const asked: [path: string, status: number, init?: RequestInit][] = [
        ['/health/live', 200],
        ['/health/ready', 200],
        ['/metrics', 200],
        ['/openapi.json', 200],
        ['/nowhere', 404],
        [guardedPath(process), 401, { method: 'POST' }],
      ]
      for (const [path, status, init] of asked) {
        const answer = await ask(context(), path, init)
        assert.equal(answer.status, status, path)
        expect([path, Object.fromEntries(answer.headers)]).toEqual([
          path,
          expect.objectContaining(API_HEADERS),
        ])
        expect(answer.headers.get('x-powered-by')).toBeNull()
        expect(answer.headers.get('server')).toBeNull()
      }
      // Refused before any plugin has its turn: the least of them.
      const garbled = await ask(context(), '/%')
      const { 'content-security-policy': policy, 'x-content-type-options': guessing } = API_HEADERS
      expect([garbled.status, Object.fromEntries(garbled.headers)]).toEqual([
        400,
        expect.objectContaining({ 'content-security-policy': policy, 'x-content-type-options': guessing }),
      ])
    })

    it('send guarded answers that nobody may keep, refusals included', async () => {
      const headers = { authorization: `Bearer ${tokenOf()}` }
      for (const init of [{}, { headers }]) {
        const answer = await ask(context(), guardedPath(process), { method: 'POST', ...init })
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    })

    it('let a page of elsewhere read nothing', async () => {
      const headers = { origin: 'https://evil.invalid', 'access-control-request-method': 'POST' }
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await ask(context(), '/openapi.json', { method, headers })
        expect([...answer.headers.keys()].filter((it) => it.startsWith('access-control-'))).toEqual([])
      }
    })

    it('serve /docs under a policy that lets in no script but its own', async () => {
      const { status, headers, text: page } = await ask(context(), '/docs/')
      expect(status).toBe(200)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toMatch(/script-src 'self'(;|$| ')/)
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/)
    })

    withBrowser('render /docs in a browser that has nothing to complain of', async () => {
      const { dom, complaints } = await browse(`${context().urlFor('/docs/')}/docs/`)
      expect(complaints).toEqual([])
      expect(dom).toContain('class="opblock')
    })
  })
})

function browserPath(): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  return names.flatMap((name) => directories.map((it) => `${it}/${name}`)).find((it) => existsSync(it))
}

/** Only where a browser is at hand. */
function withBrowser(title: string, work: () => Promise<void>): void {
  const run = browserPath() ? it : it.skip
  run(title, work)
}

/** Loads a page to its end. */
async function browse(url: string): Promise<{ dom: string; complaints: string[] }> {
  const profile = await mkdtemp(`${tmpdir()}/one-shop-twice-`)
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr', '--dump-dom']
  const quiet = ['--disable-background-networking', '--no-first-run', `--user-data-dir=${profile}`]
  try {
    const args = [...options, ...quiet, '--virtual-time-budget=20000', url]
    const { stdout, stderr } = await promisify(execFile)(browserPath()!, args, { maxBuffer: 2 ** 26 })
    return { dom: stdout, complaints: stderr.split('\n').filter((line) => line.includes(':CONSOLE')) }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
