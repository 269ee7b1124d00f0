import { existsSync, readFileSync } from 'node:fs'

const DOCUMENT = new URL('../docs/security.md', import.meta.url)
const text = readFileSync(DOCUMENT, 'utf8')
const rows = text.split('\n').filter((line) => /^\| (?!rule)[A-Z`/]/.test(line))
const named = rows.flatMap((row) =>
  [...row.matchAll(/\[((?:[^[\]])+)\]\((\.\.\/[^)]+\.ts)\)/g)].map(([, test = '', file = '']) => ({
    test,
    file,
  })),
)

describe('docs/security.md', () => {
  it('has a test for each rule', () => {
    expect(rows.length).toBeGreaterThan(15)
    for (const row of rows) expect(row.split(' | ').at(-1)).toMatch(/\]\(\.\.\/.+\.ts\)/)
  })

  it.each(named)('names a test that is there: $test', ({ test, file }) => {
    const url = new URL(file, DOCUMENT)
    expect(existsSync(url)).toBe(true)
    // As a title: within quotes, whole.
    const source = readFileSync(url, 'utf8')
    expect(["'", '`'].some((quote) => source.includes(quote + test + quote))).toBe(true)
  })
})
