import { blocksOf } from '../scripts/mirror/blocks.ts'
import { comparePairs } from '../scripts/mirror/compare.ts'

const source = `import { a } from 'a'
import {
  b,
} from 'b'

/** First. */
export async function first(): Promise<void> {
  const inner = 1
}

// About the second.
const second = [
  1,
]

export interface Third {
  x: number
}
`

describe('the mirror', () => {
  it('cuts a file into declarations, with their comments and without imports', () => {
    const blocks = blocksOf('x.ts', source)
    expect(blocks.map(({ name }) => name)).toEqual(['first', 'second', 'Third'])
    expect(blocks[0]?.text).toMatch(/^\/\*\* First\. \*\/\nexport async function first[\s\S]*}$/)
    expect(blocks[1]?.text).toBe('// About the second.\nconst second = [\n  1,\n]')
  })

  it('cuts a schema into tables and indexes', () => {
    const sql = 'create table if not exists a (\n  id int\n);\ncreate index if not exists b on a (id);\n'
    expect(blocksOf('x.sql', sql).map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('finds every mirrored file, and a seam in it', () => {
    const pairs = new Map(comparePairs('.').map((pair) => [pair.file, pair]))
    expect(pairs.get('orders/stock.ts')).toMatchObject({ onlyMonolith: ['reserve', 'release'], faults: [] })
    expect(pairs.get('orders/service.ts')?.same).toContain('readOrder')
    expect(pairs.get('orders/consumer.ts')?.onlyIn).toBe('services')
  })
})
