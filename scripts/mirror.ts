import { readFileSync, writeFileSync } from 'node:fs'
import { comparePairs, type Pair } from './mirror/compare.ts'
import declared from './mirror/declared.json' with { type: 'json' }

// Holds the two stacks against each other, declaration by declaration, and prints the table that the README shows.
// Fails when a pair drifts in anything that scripts/mirror/declared.json does not name, or when the README is behind.
// `--write` puts the table into the README; `--declare` prints what is, to be put into declared.json with a reason.

interface Entry {
  why: string
  onlyIn?: string
  differs?: string[]
  onlyMonolith?: string[]
  onlyServices?: string[]
}
type Declared = Record<string, Entry>

const ROOT = new URL('..', import.meta.url).pathname
const README = `${ROOT}README.md`
const MARKED = /(<!-- mirror -->\n)[\s\S]*?(<!-- \/mirror -->)/

const [flag] = process.argv.slice(2)
const pairs = comparePairs(ROOT)
const table = toTable(pairs)

if (flag === '--declare') console.log(JSON.stringify(declarations(pairs), null, 2))
else if (flag === '--write') writeFileSync(README, readme().replace(MARKED, `$1${table}\n$2`))
else if (flag === undefined) check()
else {
  console.error(`mirror: unknown option ${flag}; use --write, --declare or none`)
  process.exitCode = 2
}

function check(): void {
  console.log(table)
  const faults = [...pairs.flatMap(faultsOf), ...goneFiles()]
  if (!readme().includes(table)) faults.push('README.md shows another table: run `npm run mirror -- --write`')
  for (const fault of faults) console.error(`mirror: ${fault}`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

function faultsOf(pair: Pair): string[] {
  const entry = (declared as Declared)[pair.file]
  const drift = pair.onlyIn || entry?.onlyIn ? wholeFileDrift(pair, entry) : declarationDrift(pair, entry)
  return [...pair.faults, ...drift].map((fault) => `${pair.file}: ${fault}`)
}

function wholeFileDrift(pair: Pair, entry?: Entry): string[] {
  const onlyIn: string = pair.onlyIn ?? 'both stacks'
  return entry?.onlyIn === onlyIn
    ? []
    : [`it is in ${onlyIn}; declared is ${entry?.onlyIn ?? 'nothing of the kind'}`]
}

function declarationDrift(pair: Pair, entry?: Entry): string[] {
  return (['differs', 'onlyMonolith', 'onlyServices'] as const).flatMap((kind) => {
    const expected = new Set(entry?.[kind] ?? [])
    const found = new Set(pair[kind])
    return [
      ...[...found.difference(expected)].map((name) => `${name} is new in "${kind}"`),
      ...[...expected.difference(found)].map(
        (name) => `${name} is declared in "${kind}" and is not so any more`,
      ),
    ]
  })
}

function goneFiles(): string[] {
  const files = new Set(pairs.map(({ file }) => file))
  return Object.keys(declared).flatMap((file) =>
    files.has(file) ? [] : [`${file} is declared and does not exist`],
  )
}

function toTable(all: Pair[]): string {
  const rows = all.map((pair) => {
    const why = (declared as Declared)[pair.file]?.why ?? ''
    const names = [pair.differs, pair.onlyMonolith, pair.onlyServices].map(list)
    const whole = { monolith: ['', '', 'the file', ''], services: ['', '', '', 'the file'] }
    const cells = pair.onlyIn ? whole[pair.onlyIn] : [pair.same.length, ...names]
    return `| \`${pair.file}\` | ${cells.join(' | ')} | ${why} |`
  })
  const head = '| file | the same | differs | only in the monolith | only in the services | why |'
  return [head, '| --- | ---: | --- | --- | --- | --- |', ...rows].join('\n')
}

function list(names: string[]): string {
  return names.map((name) => `\`${name}\``).join(' ')
}

function declarations(all: Pair[]): Declared {
  return Object.fromEntries(
    all.map(({ file, onlyIn, differs, onlyMonolith, onlyServices }) => {
      const why = (declared as Declared)[file]?.why ?? ''
      return [file, onlyIn ? { why, onlyIn } : { why, differs, onlyMonolith, onlyServices }]
    }),
  )
}

function readme(): string {
  return readFileSync(README, 'utf8')
}
