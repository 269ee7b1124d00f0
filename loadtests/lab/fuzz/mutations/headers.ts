import { alsoHeader, always, header, type Mutation, pick, withHeader } from './mutation.ts'

const KEYS = [
  undefined,
  '',
  ' ',
  'two words',
  'x'.repeat(256),
  'x'.repeat(4_000),
  'caf\u00e9',
  'tab\tbed',
  '\u0001',
  'a,b c',
  '"',
]
const PREFERS = [
  'wait=',
  'wait=-1',
  'wait=1e3',
  'wait=99999999999999999999',
  'wait="1"',
  'wait=1;x',
  'respond-async',
  'WAIT=1',
  ',,,',
  'x'.repeat(3_000),
  '\u00e9',
]
/** Headers that a server or a proxy may take for more than it should. */
const ODD: [string, string][] = [
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Host', 'evil.example'],
  ['Forwarded', 'for=127.0.0.1;host=evil.example'],
  ['X-Original-URL', '/metrics'],
  ['X-Request-Id', 'x'.repeat(2_000)],
  ['X-Request-Id', '\u00ff<b>'],
  ['traceparent', '00-00000000000000000000000000000000-0000000000000000-00'],
  ['traceparent', 'x'.repeat(500)],
  ['X-Caller', 'root'],
  ['X-Role', 'admin'],
  ['Accept', 'text/html'],
  ['Accept', ''],
  ['Accept-Encoding', 'gzip, br'],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'x'],
  ['Expect', '100-continue'],
  ['Expect', 'something-else'],
  ['Upgrade', 'websocket'],
  ['Upgrade', 'h2c'],
  ['TE', 'trailers'],
  ['Trailer', 'Content-Length'],
  ['Cookie', '__proto__=1; a=b;;;'],
  ['Origin', 'null'],
  ['Content-Language', '\u0080'],
  ['__proto__', '1'],
  ['constructor', '1'],
  ['Max-Forwards', '0'],
  ['Keep-Alive', 'timeout=-1'],
  ['Proxy-Connection', 'keep-alive'],
  ['Transfer-Encoding', 'identity'],
  ['X-Long', 'x'.repeat(6_000)],
  ['X-Too-Long', 'x'.repeat(20_000)],
]
/** Lines that are no header, or one that is hard to read. */
const LINES: [string, string][] = [
  ['Bad Header', 'x'],
  ['X-Fold', 'a\r\n b'],
  ['X-Control', 'a\u0001b'],
  ['X-Nul', 'a\u0000b'],
  ['X\u00e9', 'x'],
  ['', 'x'],
  ['X-Bare', 'a\rb'],
  [' X-Lead', 'x'],
  ['X-Tail ', 'x'],
]
const HOSTS = [undefined, '', 'evil.example', 'a b', 'a,b', '[::1', 'x'.repeat(1_000), '127.0.0.1:99999']

export const headerMutations: Mutation[] = [
  {
    name: 'an odd or missing key',
    fits: (draft) => header(draft, 'idempotency-key') !== undefined,
    apply: (draft, n) => withHeader(draft, 'Idempotency-Key', pick(KEYS, n)),
  },
  {
    name: 'two keys',
    fits: (draft) => header(draft, 'idempotency-key') !== undefined,
    apply: (draft) =>
      alsoHeader(draft, 'Idempotency-Key', `${header(draft, 'idempotency-key')!.slice(0, 200)}-2`),
  },
  {
    name: 'an odd Prefer',
    fits: ({ operation }) => operation === 'placeOrder',
    apply: (draft, n) => withHeader(draft, 'Prefer', pick(PREFERS, n)),
  },
  { name: 'an odd header', weight: 3, fits: always, apply: (draft, n) => alsoHeader(draft, ...pick(ODD, n)) },
  {
    name: 'a line that is no header',
    fits: always,
    apply: (draft, n) => alsoHeader(draft, ...pick(LINES, n)),
  },
  { name: 'an odd Host', fits: always, apply: (draft, n) => hosted(draft, pick(HOSTS, n)) },
  {
    name: 'two Hosts',
    fits: always,
    apply: (draft) => alsoHeader(alsoHeader(draft, 'Host', 'shop'), 'Host', 'evil.example'),
  },
  {
    name: 'many headers',
    fits: always,
    apply: (draft, n) => ({
      ...draft,
      headers: [
        ...draft.headers,
        ...Array.from({ length: pick([90, 300, 1_500], n) }, (_, i): [string, string] => [`X-${i}`, 'x']),
      ],
    }),
  },
  {
    name: 'every header twice',
    fits: ({ headers }) => headers.length > 0,
    apply: (draft) => ({ ...draft, headers: [...draft.headers, ...draft.headers] }),
  },
]

/** Without any Host the writer would put the right one; a line that names none says that there is to be none. */
const hosted = (draft: Parameters<Mutation['apply']>[0], host: string | undefined) =>
  alsoHeader(draft, 'Host', host ?? NO_HOST)

/** Stands for: write no Host. */
export const NO_HOST = '<none>'
