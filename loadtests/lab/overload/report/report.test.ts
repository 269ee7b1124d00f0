import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { BLANKS, FETCHES, HOSTILE, INJECTED, malformedTags } from '../../../../tests/support/markup.ts'
import { madeUpOverload, madeUpStack } from '../../../../tests/support/overload-result.ts'
import type { OverloadResult } from '../result.ts'
import { headline, percent, stackSentences } from './words.ts'
import { writeReports } from './write.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/overload-report-`)
})
afterEach(() => rm(dir, { recursive: true }))

async function written(result: OverloadResult): Promise<Record<string, string>> {
  await writeReports(result, dir)
  const names = await readdir(dir)
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(`${dir}/${name}`, 'utf8')] as const)),
  )
}

const both = () =>
  madeUpOverload([madeUpStack('monolith', 350), madeUpStack('services', 110, [1, 0.9, 0.8, 0.7])])

describe('the report of an overload run', () => {
  it('has every load of both stacks, and no figure that is none', async () => {
    const files = await written(both())
    for (const name of ['report.html', 'overload.md']) {
      for (const figure of ['1,750', '550', '97%', '70%']) expect(files[name]).toContain(figure)
      expect(files[name]).not.toMatch(BLANKS)
    }
    expect(JSON.parse(files['overload.json']!)).toEqual(both())
  })

  it('is one file that fetches nothing, and its charts are well-formed', async () => {
    const { 'report.html': html, 'goodput.svg': goodput, 'fates.svg': fates } = await written(both())
    expect(html!.match(/<svg /g)).toHaveLength(2)
    expect(html).not.toMatch(FETCHES)
    for (const svg of [goodput!, fates!]) {
      expect(malformedTags(svg)).toEqual([])
      expect(svg).not.toMatch(BLANKS)
    }
  })

  it.each([
    ['one stack, one load at capacity', madeUpStack('monolith', 40), 1],
    ['a stack that served nobody', madeUpStack('services', 40, [0, 0, 0, 0]), 4],
  ])('can be made of %s', async (_, stack, count) => {
    const files = await written(madeUpOverload([{ ...stack, loads: stack.loads.slice(0, count) }]))
    for (const text of [files['report.html'], files['overload.md'], files['goodput.svg'], files['fates.svg']])
      expect(text).not.toMatch(BLANKS)
  })

  it('shows what came from outside as text', async () => {
    const stack = madeUpStack('monolith', 40)
    const checks = [{ name: HOSTILE, ok: false, detail: HOSTILE }]
    const result = madeUpOverload([
      { ...stack, faults: [HOSTILE], audit: { ...stack.audit, passed: false, checks } },
    ])
    const hostile = { ...result, command: HOSTILE, machine: { ...result.machine, cpu: HOSTILE } }
    const { 'report.html': html, 'overload.md': markdown } = await written(hostile)
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(INJECTED)
    const [, again] = markdown!.split('## Again')
    expect(again).toContain(`    ${HOSTILE}`)
    expect(markdown!.replace(again!, '')).not.toMatch(INJECTED)
  })

  it('says first of all what is not as it must be', async () => {
    const result = madeUpOverload([
      madeUpStack('monolith', 40),
      { ...madeUpStack('services', 40), faults: ['Lost'] },
    ])
    expect(headline(result)).toBe('The services did not come through.')
    const { 'report.html': html } = await written(result)
    expect(html!.indexOf('services: Lost')).toBeLessThan(html!.indexOf('<svg'))
  })
})

describe('the warnings', () => {
  const withCores = (k6: number) => {
    const stack = madeUpStack('monolith', 350)
    const loads = stack.loads.map((load) => (load.factor === 5 ? { ...load, cores: { stack: 1, k6 } } : load))
    return madeUpOverload([{ ...stack, loads }])
  }

  it('say that k6 itself could do no more', async () => {
    const { 'report.html': html } = await written(withCores(0.95))
    expect(html).toContain('<p class="warning">At 5× on the monolith, k6 used all of the processor')
  })

  it('say that other programs disturbed', async () => {
    const stack = madeUpStack('monolith', 350)
    const company = { share: 0.3, stolen: 0, programs: [{ name: 'chrome', share: 0.2 }] }
    const loads = stack.loads.map((load) => ({ ...load, company }))
    const { 'report.html': html } = await written(madeUpOverload([{ ...stack, loads }]))
    expect(html).toContain('<p class="warning">During a load, other programs took 30%')
    expect(html).toContain('chrome 20%')
  })

  it('are none where there is no reason', async () => {
    const { 'report.html': html } = await written(withCores(0.7))
    expect(html).not.toContain('class="warning"')
  })
})

describe('the words', () => {
  it('say how much is kept beyond the capacity', () => {
    expect(headline(both())).toBe(
      'At 5 times capacity, the monolith keeps 90% of its goodput and the services keep 70% of their goodput.',
    )
    expect(stackSentences(madeUpStack('services', 110))).toContain(
      'The services hold 110 (100 to 120) orders a second. They keep of their goodput 97% at 2×, 94% at 3× and 90% at 5×.',
    )
  })

  it.each([
    [0, '0%'],
    [0.0003, '0.1%'],
    [0.42, '42%'],
    [0.9999, '99.9%'],
    [1, '100%'],
    [1.04, '104%'],
  ])('write a share of %f as %s', (share, text) => {
    expect(percent(share)).toBe(text)
  })
})
