import { colours as pc } from '../cli/colours.ts'
import { renderTable } from '../cli/table.ts'
import type { Finding, Tally } from './campaign.ts'
import type { Draft, Tokens } from './draft.ts'
import type { FuzzResult } from './fuzz.ts'

const HEAD = ['process', 'operation', 'requests', '2xx', '4xx', '5xx', 'no answer', 'off schema']
const SHOWN = 30

/** What to print, and whether all is well. */
export function report({ findings, tallies, effects, tokens }: FuzzResult): {
  text: string
  passed: boolean
} {
  const inOrder = tallies.toSorted((a, b) => placeOf(a).localeCompare(placeOf(b)))
  const rows = inOrder.map(({ target, operation, ...it }) =>
    [target, operation, it.requests, it.ok, it.refused, it.failed, it.silent, it.mismatched].map(String),
  )
  const groups = [...Map.groupBy(findings, groupOf).values()]
  const shown = groups.slice(0, SHOWN).map((group) => describe(group, tokens))
  const more = groups.length > SHOWN ? [`and ${groups.length - SHOWN} further kinds`] : []
  const passed = findings.length === 0 && effects.length === 0
  const verdict = passed
    ? pc.green('No 5xx, every answer as documented, no effect of any refused call.')
    : pc.red(
        `${findings.length} answers of ${groups.length} kinds are not as they should be; ${effects.length} effects of refused calls.`,
      )
  return {
    text: [
      renderTable(HEAD, rows),
      totalOf(tallies),
      ...shown,
      ...more,
      ...effects.map(pc.red),
      verdict,
    ].join('\n'),
    passed,
  }
}

const placeOf = ({ target, operation }: Tally) => `${target} ${operation}`

function totalOf(tallies: Tally[]): string {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, it) => total + of(it), 0)
  return `${sum((it) => it.requests)} requests, ${sum((it) => it.failed)} 5xx, ${sum((it) => it.mismatched)} off schema.`
}

/** What went wrong in the same way, wherever it did. */
const groupOf = ({ kind, what, draft }: Finding) =>
  `${kind} ${what.replace(draft.operation, '').slice(0, 60)}`

function describe(group: Finding[], tokens: Tokens): string {
  const all = (of: (finding: Finding) => string) => [...new Set(group.map(of))].join(', ')
  // The simplest request shows it best.
  const size = ({ draft }: Finding) => draft.mutation.length * 1_000 + asCurl(draft, tokens).length
  const simplest = group.reduce((one, other) => (size(other) < size(one) ? other : one))
  return [
    pc.red(`${simplest.kind}, ${group.length} times: ${simplest.what.slice(0, 300)}`),
    `  by ${all(({ target }) => target)}, in ${all(({ draft }) => draft.operation)}`,
    `  after ${simplest.draft.mutation}: ${asCurl(simplest.draft, tokens)}`,
  ].join('\n')
}

/** As near as curl comes to a request: it cannot lie about a length. */
export function asCurl({ method, target, headers, body, framing }: Draft, tokens: Tokens): string {
  const named = (value: string) =>
    Object.entries(tokens).reduce((text, [name, token]) => text.replaceAll(token, `<${name} token>`), value)
  const sent = headers.map(([name, value]) => `-H ${quoted(short(`${name}: ${named(value)}`))}`)
  const content = body ? [`--data-binary ${quoted(short(String(body)))}`] : []
  const lie = framing === 'length' ? [] : [`# ${framing}`]
  return [
    'curl -i --path-as-is -g',
    `-X ${quoted(method)}`,
    ...sent,
    ...content,
    `"$BASE_URL"${quoted(short(target))}`,
    ...lie,
  ].join(' ')
}

const short = (text: string) =>
  text.length > 300 ? `${text.slice(0, 100)}… (${text.length} characters)` : text
const quoted = (text: string) =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "'\\''")}'`
