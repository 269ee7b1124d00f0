import { existsSync, readFileSync } from 'node:fs'
import { allFaults } from '../loadtests/lab/faults/list.ts'

const DOCUMENT = new URL('../docs/tried.md', import.meta.url)
const rows = readFileSync(DOCUMENT, 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!what was done|---)/.test(line))
  .map((line) => line.split(' | '))
const proofs = rows.map((row) => row[3]!)
const tests = proofs.flatMap((proof) =>
  [...proof.matchAll(/\[([^\]]+)\]\((\.\.\/[^)]+\.ts)\)/g)].map(([, test = '', file = '']) => ({
    test,
    file,
  })),
)
const faults = proofs.flatMap((proof) => [...proof.matchAll(/`([\w-]+)`/g)].map(([, fault]) => fault!))

describe('docs/tried.md', () => {
  it('has a proof in each row', () => {
    expect(rows.length).toBeGreaterThan(30)
    for (const row of rows) expect(row[3]).toMatch(/\]\(\.\.\/.+\.test\.ts\)|the same test/)
  })

  it.each(tests)('names a test that is there: $test', ({ test, file }) => {
    const url = new URL(file, DOCUMENT)
    expect(existsSync(url)).toBe(true)
    const source = readFileSync(url, 'utf8')
    expect(["'", '`'].some((quote) => source.includes(quote + test + quote))).toBe(true)
  })

  it.each(faults)('names a fault that is there: %s', (fault) => {
    expect(allFaults.map(({ name }) => name)).toContain(fault)
  })
})
