import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { counts, madeUpFaults, madeUpRun } from '../../../../tests/support/faults-result.ts'
import { BLANKS, FETCHES, HOSTILE, INJECTED, malformedTags } from '../../../../tests/support/markup.ts'
import { madeUpOverload, madeUpStack } from '../../../../tests/support/overload-result.ts'
import type { FaultsResult } from '../result.ts'
import { headline } from './summary.ts'
import { writeFaultsReport } from './write.ts'

let results: string
let dir: string
beforeEach(async () => {
  results = await mkdtemp(`${tmpdir()}/faults-report-`)
  dir = `${results}/faults-2026-01-02-030405`
  await mkdir(dir)
})
afterEach(() => rm(results, { recursive: true }))

async function htmlOf(result: FaultsResult): Promise<string> {
  await writeFaultsReport(result, dir)
  return readFile(`${dir}/report.html`, 'utf8')
}

const FAULTS = Array.from({ length: 30 }, (_, i) => ({
  fault: `fault-${i}`,
  title: `what is done as number ${i}.`,
}))
const runs = (seeds = [1, 2]) =>
  FAULTS.flatMap((fault, i) =>
    seeds.flatMap((seed) => [
      madeUpRun({ ...fault, seed, stack: 'monolith', healthyAfterMs: 40 * (i + seed), duplicates: 0 }),
      madeUpRun({ ...fault, seed, stack: 'services', healthyAfterMs: 90 * (i + seed) }),
    ]),
  )

const PLANTED = [
  {
    name: 'no-inbox',
    title: 'no inbox',
    stack: 'services' as const,
    seed: 1,
    caught: true,
    by: ['I2 stock adds up'],
    violations: [],
  },
  {
    name: 'blind',
    title: 'a bug that is not seen',
    stack: 'monolith' as const,
    seed: 1,
    caught: false,
    by: [],
    violations: [],
  },
]

describe('the report of faults', () => {
  it('has every fault in the matrix and in a chart, and no figure that is none', async () => {
    const html = await htmlOf(madeUpFaults(runs()))
    for (const { title } of FAULTS) expect(html.split(title).length - 1).toBeGreaterThanOrEqual(2)
    expect(html).not.toMatch(BLANKS)
    expect(html.match(/<b>2 of 2<\/b>/g)).toHaveLength(60)
    expect(headline(madeUpFaults(runs()))).toBe('30 faults, 120 runs, and not one violation.')
  })

  it('is one file that fetches nothing, and its charts are well-formed', async () => {
    expect(await htmlOf(madeUpFaults(runs()))).not.toMatch(FETCHES)
    for (const name of ['recovery-1', 'recovery-2']) {
      const svg = await readFile(`${dir}/${name}.svg`, 'utf8')
      expect(malformedTags(svg)).toEqual([])
      expect(svg).not.toMatch(BLANKS)
    }
  })

  it('draws a dot for each run', async () => {
    const three = [50, 400, 7_000].map((healthyAfterMs, i) => madeUpRun({ seed: i, healthyAfterMs }))
    await htmlOf(madeUpFaults(three))
    const svg = await readFile(`${dir}/recovery.svg`, 'utf8')
    expect(svg).toContain('services 50 ms, services 400 ms, services 7.0 s')
    expect(svg.match(/fill="#c05200" fill-opacity/g)).toHaveLength(3)
  })

  it('tells first what did not come through, and how to run it again', async () => {
    const lost = madeUpRun({
      seed: 7,
      survived: false,
      healthyAfterMs: null,
      violations: ['I2 stock adds up: it does not'],
    })
    const result = madeUpFaults([madeUpRun(), lost])
    const html = await htmlOf(result)
    expect(headline(result)).toBe('1 of 2 runs did not come through.')
    expect(html).toContain('I2 stock adds up: it does not')
    expect(html).toContain('npm run faults -- --fault kill-orders --stack services --seed 7')
    expect(html.indexOf('did not come through')).toBeLessThan(html.indexOf('class="matrix"'))
    expect(html).toContain('<b>1 of 2</b>')
    expect(html).not.toMatch(BLANKS)
  })

  it('says never where nothing recovered', async () => {
    const html = await htmlOf(madeUpFaults([madeUpRun({ survived: false, healthyAfterMs: null })]))
    expect(html).toContain('<b class="failed">never</b>')
    expect(html).not.toMatch(BLANKS)
  })

  it('shows which check caught each planted bug, and which bug none did', async () => {
    const html = await htmlOf(madeUpFaults([madeUpRun()], { planted: PLANTED }))
    expect(html).toMatch(/no inbox<\/th>.*<td class="ok"><ul><li>I2 stock adds up<\/li>/)
    expect(html).toMatch(/a bug that is not seen<\/th>.*<td class="failed"><ul><li>nothing<\/li>/)
    expect(html).toContain('1 of 2 planted bugs were not caught.')
  })

  it.each([
    [
      'planted bugs alone',
      madeUpFaults([], { planted: PLANTED.slice(0, 1) }),
      'The audit caught the planted bug.',
    ],
    ['nothing', madeUpFaults([]), 'Nothing was run.'],
  ])('can be made of %s', async (_, result, sentence) => {
    const html = await htmlOf(result)
    expect(html).toContain(sentence)
    expect(html).not.toMatch(BLANKS)
  })

  it('shows what came from outside as text', async () => {
    const hostile = madeUpRun({
      title: HOSTILE,
      fault: HOSTILE,
      survived: false,
      violations: [HOSTILE],
      events: [{ atMs: 1, what: HOSTILE }],
      history: HOSTILE,
      failed: { placeOrder: counts(1, 1, 0) },
    })
    const planted = [{ ...PLANTED[0]!, title: HOSTILE, by: [HOSTILE] }]
    const html = await htmlOf(madeUpFaults([hostile], { planted, command: HOSTILE }))
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(INJECTED)
    expect(malformedTags(await readFile(`${dir}/recovery.svg`, 'utf8'))).toEqual([])
  })

  it('shows the newest overload run beside it', async () => {
    const result = { ...madeUpOverload([madeUpStack('monolith', 350)]), command: 'the newer run' }
    await putBeside('overload-2026-01-01-000000/overload.json', { ...result, command: 'the older run' })
    await putBeside('overload-2026-01-01-000001/overload.json', result)
    await putBeside('overload-2026-01-01-000002/overload.json', '{ not ended')
    await putBeside('overload-2026-01-01-000003/overload.json', { ...result, format: 99, command: 'newest' })
    const html = await htmlOf(madeUpFaults([madeUpRun()]))
    expect(html).toContain('Goodput against offered load')
    expect(html).toContain('the newer run')
    expect(html).not.toContain('the older run')
  })

  it('shows the newest run of planted bugs beside it, and its own bugs rather than those', async () => {
    await putBeside('planted-1/faults.json', {
      ...madeUpFaults([]),
      planted: [{ ...PLANTED[0], title: 'old' }],
    })
    await putBeside('planted-2/faults.json', { ...madeUpFaults([]), planted: PLANTED })
    const result = madeUpFaults([madeUpRun()])
    const html = await htmlOf(result)
    expect(html).toContain('a bug that is not seen')
    expect(html).not.toContain('>old<')
    expect(html).toContain('<dt>bugs caught</dt><dd>1 of 2</dd>')
    expect(headline(result)).toBe('One fault, one run, and not one violation.')
    expect(await htmlOf({ ...result, planted: PLANTED.slice(0, 1) })).not.toContain('a bug that is not seen')
  })

  it('says nothing of runs that there were not', async () => {
    const html = await htmlOf(madeUpFaults([madeUpRun()]))
    expect(html).not.toContain('<h2>Overload</h2>')
    expect(html).not.toContain('Planted bugs')
  })
})

async function putBeside(path: string, content: object | string) {
  await mkdir(`${results}/${path.split('/')[0]}`)
  await writeFile(`${results}/${path}`, typeof content === 'string' ? content : JSON.stringify(content))
}
