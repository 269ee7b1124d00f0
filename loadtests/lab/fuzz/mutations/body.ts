import type { Draft } from '../draft.ts'
import { hasBody, type Mutation, pick, withHeader } from './mutation.ts'

const WRONG_TYPES = [null, true, 0, 1.5, '', '1', 'NaN', [], {}, [[]], { $gt: 0 }, [null]]
const NUMBERS = [-1, 0, -0, 0.1, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308, 100_000_001, 1_000_001]
const STRINGS = [
  '',
  ' ',
  '\u0000',
  'A\u0000B',
  '\ud800',
  '\udfff\ud800',
  'a\r\nb',
  '\u202e\u0007\u001b[31m',
  '\ufeffA',
  'I\u0307\u{1f96b}',
  "X'; DROP TABLE product; --",
  '$' + '{7*7}{{7*7}}',
  '<img src=x onerror=alert(1)>',
  '../../etc/passwd',
  'x'.repeat(201),
  'X'.repeat(33),
  'x'.repeat(30_000),
  '\u{1f600}'.repeat(200),
]
/** Texts in place of the JSON, which stands in `$`. */
const TEXTS: ((json: string) => string)[] = [
  (json) => json.slice(0, -1),
  (json) => json.slice(0, json.length >> 1),
  (json) => json.replace('}', ',}'),
  (json) => json.replaceAll('"', "'"),
  (json) => `\ufeff${json}`,
  (json) => `/* */ ${json}`,
  (json) => `${json}${json}`,
  (json) => json.replace(/\d+/, 'NaN'),
  (json) => json.replace(/\d+/, '-Infinity'),
  (json) => json.replace(/\d+/, '1e999'),
  (json) => json.replace(/\d+/, '0x10'),
  (json) => json.replace(/\d+/, '007'),
  (json) => json.replace(/:/, ':'.repeat(2)),
  (json) => json.replace('{', '{"__proto__":{"role":"admin"},'),
  (json) => json.replace('{', '{"constructor":{"prototype":{"x":1}},'),
  (json) => json.replace('{', '{"toString":1,"hasOwnProperty":1,'),
  (json) => `{${json.slice(1, -1)},${json.slice(1, -1)}}`,
  () => 'null',
  () => 'undefined',
  () => '""',
  () => '0',
  () => '',
  () => ' ',
  () => '\u0000',
  () => '['.repeat(30_000),
  () => `${'['.repeat(15_000)}${']'.repeat(15_000)}`,
  () => `${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`,
  (json) => json + ' '.repeat(100_000),
  (json) => `[${json}]`,
]
const TYPES = [
  undefined,
  '',
  'text/plain',
  'text/html',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'application/json-seq',
  'application/vnd.shop+json',
  'APPLICATION/JSON',
  'application/json; charset=utf-16',
  'application/json; charset="',
  'application/json;;;',
  'application/json, text/plain',
  'application/json\t',
  'json',
  '*/*',
  `application/json; x=${'y'.repeat(3_000)}`,
]

export const bodyMutations: Mutation[] = [
  onJson('a property left out', (json, n) =>
    change(json, n, (holder, key) => void delete (holder as Record<string, unknown>)[key]),
  ),
  onJson('a value of the wrong type', (json, n) => change(json, n, set(pick(WRONG_TYPES, n >> 4)))),
  onJson('a number out of range', (json, n) => change(json, n, set(pick(NUMBERS, n >> 4)), 'number')),
  onJson('odd text', (json, n) => change(json, n, set(pick(STRINGS, n >> 4)), 'string')),
  onJson('a property too many', (json, n) =>
    change(json, n, (holder) => {
      const name = pick(
        ['admin', 'available', 'status', 'priceCents', 'unitPriceCents', '__proto', ''],
        n >> 4,
      )
      if (!Array.isArray(holder)) (holder as Record<string, unknown>)[name] = 1
    }),
  ),
  onJson('a long list', (json, n) => {
    const { lines } = json as { lines?: unknown[] }
    return Array.isArray(lines)
      ? {
          ...(json as object),
          lines: Array.from({ length: pick([21, 50, 1_000], n) }, (_, i) => lines[i % lines.length]),
        }
      : Array.from({ length: 1_000 }, () => json)
  }),
  onText('text that is no JSON, or odd JSON', (json, n) => Buffer.from(pick(TEXTS, n)(json))),
  onText('bytes that are no UTF-8', (json, n) =>
    Buffer.concat([
      Buffer.from(json.slice(0, -2)),
      Buffer.from(pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]], n)),
      Buffer.from(json.slice(-2)),
    ]),
  ),
  onText('a body of 1 MB', (json) => Buffer.from(json.replace('{', `{"x":"${'x'.repeat(1024 * 1024)}",`))),
  {
    name: 'an odd content type',
    fits: hasBody,
    apply: (draft, n) => withHeader(draft, 'Content-Type', pick(TYPES, n)),
  },
  {
    name: 'an odd content encoding',
    fits: hasBody,
    apply: (draft, n) =>
      withHeader(draft, 'Content-Encoding', pick(['gzip', 'br', 'x', 'identity', 'gzip, gzip'], n)),
  },
  { name: 'no body', fits: hasBody, apply: (draft) => ({ ...draft, body: undefined }) },
  {
    name: 'a body where none belongs',
    fits: ({ body }) => body === undefined,
    apply: (draft, n) => ({
      ...withHeader(
        draft,
        'Content-Type',
        pick(['application/json', 'application/json', 'text/plain', undefined], n >> 3),
      ),
      body: Buffer.from(pick(['{}', '{"status":"confirmed"}', '[', 'x', 'null', ' '.repeat(100_000)], n)),
    }),
  },
]

function onJson(name: string, make: (json: unknown, n: number) => unknown): Mutation {
  return {
    name,
    // There are many values in many places.
    weight: 4,
    fits: ({ json, body }) => json !== undefined && body !== undefined,
    apply: (draft, n) => ({
      ...draft,
      body: Buffer.from(JSON.stringify(make(structuredClone(draft.json), n)) ?? ''),
    }),
  }
}

function onText(name: string, make: (json: string, n: number) => Buffer): Mutation {
  return {
    name,
    fits: hasBody,
    apply: (draft: Draft, n) => ({ ...draft, body: make(String(draft.body), n) }),
  }
}

type Change = (holder: object, key: string) => void
const set =
  (value: unknown): Change =>
  (holder, key) => {
    ;(holder as Record<string, unknown>)[key] = value
  }

/** Changes the n-th value inside, of a type where one is given. */
function change(json: unknown, n: number, by: Change, type?: string): unknown {
  const places = [...placesIn(json)].filter(
    ([holder, key]) => !type || typeof (holder as Record<string, unknown>)[key] === type,
  )
  if (places.length > 0) by(...pick(places, n))
  return json
}

function* placesIn(value: unknown): Iterable<[object, string]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield [value, key]
    yield* placesIn(inner)
  }
}
