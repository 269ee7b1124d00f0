import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { madeUpCapacities, madeUpCapacity, madeUpProbe } from '../../../../tests/support/capacity-result.ts'
import { BLANKS, FETCHES, HOSTILE, INJECTED, malformedTags } from '../../../../tests/support/markup.ts'
import type { DisturbanceKind } from '../disturbances.ts'
import type { Probe } from '../probe.ts'
import { ratesOf } from '../rates.ts'
import { type CapacityResult, ratioOf, type StackCapacity } from '../result.ts'
import { doubtsOf } from './doubts.ts'
import { terminalReport } from './terminal.ts'
import { capacityText, headline, notices, stackSentences } from './words.ts'
import { writeReports } from './write.ts'

const CHARTS = ['latency-by-load.svg', 'cpu-by-load.svg']

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/capacity-report-`)
})
afterEach(() => rm(dir, { recursive: true }))

async function written(result: CapacityResult): Promise<Record<string, string>> {
  await writeReports(result, dir)
  const names = await readdir(dir)
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(`${dir}/${name}`, 'utf8')] as const)),
  )
}

/** What makes a probe void. */
function disturbed(kind: DisturbanceKind, why = 'k6 was late'): Partial<Probe> {
  const disturbances = [{ kind, why }]
  return { disturbances, void: disturbances }
}

const both = () => madeUpCapacities([madeUpCapacity('monolith', 600), madeUpCapacity('services', 200)])

describe('the report of a capacity run', () => {
  it('has both capacities with their bounds, the ratio, every rate, and no figure that is none', async () => {
    const files = await written(both())
    for (const name of ['report.html', 'capacity.md']) {
      const text = files[name]!
      for (const it of both().stacks) expect(text).toContain(capacityText(it))
      expect(text).toContain('0.333×')
      for (const rate of ['552', '606', '184', '202']) expect(text).toContain(rate)
      expect(text).toContain('250 ms')
      expect(text).not.toMatch(BLANKS)
    }
    expect(JSON.parse(files['capacity.json']!)).toEqual(both())
  })

  it('is one file that fetches nothing, and its charts are well-formed', async () => {
    const files = await written(both())
    expect(files['report.html']!.match(/<svg /g)).toHaveLength(2)
    expect(files['report.html']).not.toMatch(FETCHES)
    for (const name of CHARTS) {
      expect(malformedTags(files[name]!)).toEqual([])
      expect(files[name]).not.toMatch(BLANKS)
      expect(files['capacity.md']).toContain(`](${name})`)
    }
    expect(files['latency-by-load.svg']).toContain('>objective<')
  })

  it('has the CPU time of an order at each rate', async () => {
    const cpuMsPerOrder = { apps: 1.234, servers: 2.345 }
    const stack = madeUpCapacity('monolith', 600)
    const probes = [madeUpProbe('monolith', 600, 300, { cpuMsPerOrder })]
    const files = await written(madeUpCapacities([{ ...stack, probes }]))
    for (const name of ['report.html', 'capacity.md']) expect(files[name]).toContain('1.23 / 2.35')
  })

  const none: StackCapacity = {
    ...madeUpCapacity('services', 200),
    perSecond: 0,
    low: 0,
    high: 10,
    probes: [
      madeUpProbe('services', 1, 10, { settled: null, accepted: null, answered: 0, cpuMsPerOrder: null }),
    ],
  }
  const open: StackCapacity = { ...madeUpCapacity('monolith', 600), low: null, high: null }
  const allVoid: StackCapacity = {
    ...none,
    low: null,
    probes: [madeUpProbe('services', 200, 10, disturbed('k6-late'))],
  }
  it.each([
    ['one stack', [madeUpCapacity('monolith', 600)]],
    ['a stack that held nothing', [madeUpCapacity('monolith', 600), none]],
    ['bounds that are not known', [open, madeUpCapacity('services', 200)]],
    ['probes that are all void', [allVoid]],
  ])('can be made of %s', async (_, stacks) => {
    const files = await written(madeUpCapacities(stacks))
    for (const name of ['report.html', 'capacity.md', ...CHARTS]) expect(files[name]).not.toMatch(BLANKS)
  })

  it('shows what came from outside as text', async () => {
    const result = both()
    const checks = [{ name: HOSTILE, ok: false, detail: HOSTILE }]
    const stacks = result.stacks.map((it) => ({ ...it, audit: { ...it.audit, passed: false, checks } }))
    const hostile = {
      ...result,
      stacks,
      faults: [HOSTILE],
      command: HOSTILE,
      budget: { ...result.budget, how: HOSTILE },
      machine: { ...result.machine, cpu: HOSTILE },
    }
    const { 'report.html': html, 'capacity.md': markdown } = await written(hostile)
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(INJECTED)
    const [before] = markdown!.split('## Again')
    expect(before).not.toMatch(INJECTED)
  })

  it('says first of all what is not as it must be', async () => {
    const { 'report.html': html } = await written({ ...both(), faults: ['services: lost an order'] })
    expect(html!.indexOf('services: lost an order')).toBeLessThan(html!.indexOf('<svg'))
    expect(html).toContain('<h1>The run is not valid')
  })
})

describe('the words', () => {
  it('say what each stack holds, and of the one what part of the other', () => {
    expect(headline(both())).toBe('The services hold 0.333× the rate of orders that the monolith holds.')
    const [monolith] = both().stacks as [StackCapacity]
    expect(headline(madeUpCapacities([monolith]))).toMatch(
      /^The monolith holds \d+ \(552 to \d+\) orders a second\.$/,
    )
  })

  it('say what was in use at the edge, and what was void', () => {
    const stack = madeUpCapacity('monolith', 600)
    const late = madeUpProbe('monolith', 600, 606, disturbed('k6-late'))
    const text = stackSentences({ ...stack, probes: [...stack.probes, late] })
    expect(text).toMatch(
      /At \d+ a second, the Node processes used [\d.]+ cores, their servers [\d.]+, k6 [\d.]+\./,
    )
    expect(text).toContain('One probe was void and did not count, for example because k6 was late.')
  })

  it.each([
    [{ perSecond: 476.4, low: 436, high: 519 }, '476 (436 to 519)'],
    [{ perSecond: 476.4, low: null, high: 519 }, '476 (at most 519)'],
    [{ perSecond: 400, low: 400, high: null }, 'at least 400'],
    [{ perSecond: 476.4, low: null, high: null }, 'about 476'],
    [{ perSecond: 0, low: null, high: 50 }, 'at most 50'],
    [{ perSecond: 0, low: null, high: null }, 'not known'],
    [{ perSecond: 0, low: 0, high: 10 }, 'none'],
  ])('write %j as %s', (found, text) => {
    expect(capacityText(found)).toBe(text)
  })
})

describe('what is not certain', () => {
  const stack = madeUpCapacity('monolith', 600)
  const withProbes = (...more: Probe[]) => ({ ...stack, probes: [...stack.probes, ...more] })
  const company = { share: 0.3, stolen: 0, programs: [{ name: 'chrome', share: 0.25 }] }
  const busy = { kind: 'company' as const, why: 'other programs took 30%' }

  it('is nothing where nothing disturbed, or what was disturbed held', () => {
    expect(doubtsOf(stack)).toEqual([])
    expect(
      doubtsOf(withProbes(madeUpProbe('monolith', 600, 150, { disturbances: [busy], company }))),
    ).toEqual([])
  })

  it('is a rate of which every probe was void', () => {
    const late = madeUpProbe('monolith', 600, 1_200, disturbed('k6-late'))
    expect(doubtsOf(withProbes(late))).toEqual([
      'what becomes of 1,200 orders a second cannot be told, since k6 was late.',
    ])
    // One that could be judged is enough.
    expect(doubtsOf(withProbes(late, madeUpProbe('monolith', 600, 1_200)))).toEqual([])
  })

  it('is what failed while others were busy', () => {
    const failed = madeUpProbe('monolith', 600, 1_200, { disturbances: [busy], company })
    const [doubt] = doubtsOf(withProbes(failed))
    expect(doubt).toMatch(
      /^in 1 of \d+ probes that failed it was not alone: at the most, other programs took 30%\./,
    )
  })

  it('stands in every report, and makes no run invalid', async () => {
    const late = madeUpProbe('monolith', 600, 1_200, disturbed('k6-late'))
    const result = { ...madeUpCapacities([withProbes(late)]), endedByHand: true }
    expect(headline(result)).toMatch(/^The monolith holds/)
    const files = await written(result)
    expect(notices(result)).toHaveLength(2)
    for (const said of notices(result))
      for (const text of [terminalReport(result), files['report.html'], files['capacity.md']])
        expect(text).toContain(said)
  })

  it('is a reason to refuse for --strict', () => {
    const result = { ...both(), refusals: ['monolith: what becomes of 800'] }
    expect(headline(result)).toMatch(/^The run is refused, as --strict asks/)
    expect(terminalReport(result)).toContain('monolith: what becomes of 800')
  })
})

describe('ratesOf', () => {
  it('counts what held, failed and was void, and takes medians and means of what was not', () => {
    const cpu = (apps: number) => ({ cpuMsPerOrder: { apps, servers: 10 * apps } })
    const probe = (p99Ms: number, changes = {}) =>
      madeUpProbe('monolith', 600, 300, { settled: { p50Ms: 5, p99Ms }, ...cpu(99), ...changes })
    const probes = [
      probe(900, cpu(2)),
      probe(30, cpu(4)),
      probe(40, { cpuMsPerOrder: null }),
      probe(1, disturbed('k6-late')),
      probe(7, { phase: 'warm-up' }),
    ]
    expect(ratesOf({ probes })).toEqual([
      expect.objectContaining({
        ratePerSecond: 300,
        held: 2,
        failed: 1,
        void: 1,
        settled: { p50Ms: 5, p99Ms: 40 },
        cpuMsPerOrder: { apps: 3, servers: 30 },
      }),
    ])
  })
})

describe('ratesOf a rate that was repeated', () => {
  const probe = (phase: Probe['phase'], p99Ms: number, changes = {}) =>
    madeUpProbe('monolith', 600, 300, { phase, settled: { p50Ms: 5, p99Ms }, ...changes })
  const bracket = [probe('bracket', 30), probe('bracket', 30, disturbed('k6-late'))]

  it('does not count the probes that led to it', () => {
    expect(ratesOf({ probes: [...bracket, probe('repeat', 900)] })).toEqual([
      expect.objectContaining({ held: 0, failed: 1, void: 0, settled: { p50Ms: 5, p99Ms: 900 } }),
    ])
    expect(ratesOf({ probes: bracket })).toEqual([expect.objectContaining({ held: 1, failed: 0, void: 1 })])
  })
})

describe('ratioOf', () => {
  const found = (
    stack: 'monolith' | 'services',
    perSecond: number,
    low: number | null,
    high: number | null,
  ) => ({
    stack,
    perSecond,
    low,
    high,
  })

  it('has the quotients of the bounds for bounds', () => {
    const ratio = ratioOf([found('monolith', 500, 400, 600), found('services', 200, 180, 240)])
    expect(ratio).toEqual({ value: 0.4, low: 0.3, high: 0.6 })
  })

  it.each([
    [found('monolith', 500, null, 600), { value: 0.4, low: 0.3, high: null }],
    [found('monolith', 500, 400, null), null],
    [found('monolith', 0, 0, null), null],
  ])('is open where a bound is: %j', (monolith, ratio) => {
    expect(ratioOf([monolith, found('services', 200, 180, 240)])).toEqual(ratio)
  })

  it('is none of one stack', () => {
    expect(ratioOf([found('services', 200, 180, 240)])).toBeNull()
  })
})
