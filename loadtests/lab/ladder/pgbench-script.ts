import { validate as isUuid } from 'uuid'
import { MARKS, type Statement } from './statements.ts'

/** pgbench has numbers and no text, so its products are numbered from here on. */
export const FIRST_SKU = 10_000_000
const CUSTOMERS = 50

type ScriptOptions = {
  lines: number
  products: number
  /** The server's function for ids that sort by time; older servers have none. */
  uuid: 'uuidv7()' | 'gen_random_uuid()'
}

/**
 * A pgbench script that sends these statements with ever new values. pgbench can hand over numbers alone, so where a
 * parameter is a list or an id, an expression of numbers stands in its place; the statements are otherwise as recorded.
 */
export function pgbenchScript(statements: readonly Statement[], options: ScriptOptions): string {
  const { lines, products } = options
  // Each line has a part of the catalogue to itself, so that no product stands in an order twice.
  const share = Math.floor(products / lines)
  const total = numbers(lines).map((line) => `:quantity${line} * :price${line}`)
  const variables: [string, string][] = [
    ...numbers(lines).flatMap((line): [string, string][] => [
      [`sku${line}`, `random(${FIRST_SKU + (line - 1) * share}, ${FIRST_SKU + line * share - 1})`],
      [`quantity${line}`, 'random(1, 2)'],
      [`price${line}`, 'random(690, 24900)'],
    ]),
    ['customer', `random(1, ${CUSTOMERS})`],
    ['key', 'random(1000000000000000000, 9000000000000000000)'],
    ['total', total.join(' + ')],
  ]
  const sent = statements.map((it) => `${withExpressions(it, options)};`)
  const used = variables.filter(([name]) => sent.some((it) => it.includes(`:${name}`)))
  const settings = used.map(([name, value]) => `\\set ${name} ${value}`)
  return `${[...settings, ...withPipeline(sent)].join('\n')}\n`
}

/** The monolith sends `begin` together with the first statement, and waits for both. */
function withPipeline(sent: string[]): string[] {
  const [begin, first, ...rest] = sent
  if (begin !== 'begin;') return sent
  return ['\\startpipeline', begin, first!, '\\endpipeline', ...rest]
}

function withExpressions({ text, values }: Statement, options: ScriptOptions): string {
  return text.replaceAll(/\$(\d+)/g, (_, number) => expression(values[Number(number) - 1], options))
}

/** What stands for a recorded value. @throws Error for one that nobody here knows: then a statement has changed */
function expression(value: unknown, options: ScriptOptions): string {
  if (Array.isArray(value)) {
    const type = typeof value[0] === 'number' ? 'int[]' : 'text[]'
    return `array[${value.map((it) => expression(it, options)).join(', ')}]::${type}`
  }
  if (Buffer.isBuffer(value)) return `decode('${value.toString('hex')}', 'hex')`
  const variable = variableOf(value, options.lines)
  if (variable) return variable
  if (isUuid(value)) return options.uuid
  if (value === MARKS.name || value === 'confirmed') return `'${value}'`
  throw new Error(`The monolith sends a parameter that the pgbench script does not know: ${String(value)}`)
}

function variableOf(value: unknown, lines: number): string | undefined {
  if (value === MARKS.customer) return ':customer'
  if (value === MARKS.key) return ':key'
  const line = numbers(lines).find((it) =>
    [MARKS.sku(it), MARKS.quantity(it), MARKS.price(it)].includes(value as never),
  )
  if (line !== undefined) {
    if (value === MARKS.sku(line)) return `:sku${line}`
    return value === MARKS.quantity(line) ? `:quantity${line}` : `:price${line}`
  }
  const total = numbers(lines).reduce((sum, it) => sum + MARKS.quantity(it) * MARKS.price(it), 0)
  return value === total ? ':total' : undefined
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
