import { type Capacities, rowsOf, verdictOf } from '../loadtests/lab/bench/aims.ts'
import { htmlReport } from '../loadtests/lab/bench/report/html.ts'
import { markdownReport } from '../loadtests/lab/bench/report/markdown.ts'
import { terminalReport } from '../loadtests/lab/bench/report/terminal.ts'
import { drawCharts } from '../loadtests/lab/bench/report/write.ts'
import type { BenchResult } from '../loadtests/lab/bench/result.ts'
import type { Figures } from '../loadtests/lab/ladder/figures.ts'
import { type LoadName, rungsOf } from '../loadtests/lab/ladder/rungs.ts'
import { waterfall } from '../loadtests/lab/ladder/waterfall.ts'
import { madeUpTurn } from './support/made-up-turns.ts'
import { BLANKS, FETCHES, HOSTILE, INJECTED, malformedTags } from './support/markup.ts'

const ROUNDS = [1, 2, 3, 4, 5]
const LOADS: LoadName[] = ['checkout', 'read']

/** What a rung's application takes for 1,000 pieces of work, in ms, by process. */
const APPS = {
  database: { pgbench: 50 },
  bare: { bare: 200 },
  monolith: { monolith: 280 },
  gateway: { gateway: 150, monolith: 280 },
  services: { gateway: 150, orders: 400, inventory: 220 },
  proxy: { 'http-proxy': 140, monolith: 280 },
}

/** Five rounds of every rung; no two rounds are equal, and all rungs of a round are slow or quick together. */
const turns: Figures[] = ROUNDS.flatMap((round) =>
  LOADS.flatMap((load) =>
    rungsOf(load).map((rung, i) => {
      const factor = 1 + round / 100
      const processes = Object.fromEntries(
        Object.entries(APPS[rung]).map(([name, ms]) => [name, ms * factor]),
      )
      return madeUpTurn(rung, round, { load, processes, postgresMs: 350 * factor, p50Ms: (1 + i) * factor })
    }),
  ),
)

const capacities: Capacities = {
  budget: 'fair',
  stacks: [
    { stack: 'monolith', perSecond: 1_000, low: 950, high: 1_050 },
    { stack: 'services', perSecond: 380, low: 360, high: 400 },
  ],
  ratio: { value: 0.38, low: 0.34, high: 0.42 },
}

function madeUp(changes: Partial<BenchResult> = {}): BenchResult {
  const result = {
    format: 1 as const,
    project: { name: 'one-shop-twice', version: '0.1.0', commit: null, dirty: null },
    startedAt: '2026-01-02T03:04:05.000Z',
    tookSeconds: 700,
    command: 'npm run bench -- --rounds 5 --seconds 8 --seed 1',
    options: {
      loads: LOADS,
      rounds: 5,
      seconds: 8,
      rates: { checkout: 114, read: 400 },
      seed: 1,
      tolerate: [],
    },
    machine: {
      cpu: 'Some Processor',
      cores: 2,
      threadsPerCore: 1,
      governor: null,
      memoryMiB: 8192,
      os: 'Some System',
      kernel: '6.1',
      architecture: 'x64',
    },
    budget: {
      kind: 'fair' as const,
      how: 'Apps have a core of their own.',
      cores: { apps: [0], rest: [1], k6: [1], idle: [] },
    },
    versions: { node: '24.0.0', k6: '2.2.0', fastify: '5.0.0', postgresql: '18.4', rabbitmq: '3.10.8' },
    missing: [],
    turns,
    capacities,
    doubts: [],
    audits: [
      {
        rung: 'monolith' as const,
        audit: {
          stack: 'monolith' as const,
          passed: true,
          checks: [{ name: 'I1 orders are whole', ok: true, detail: 'orders: 10 looked at' }],
          orders: { confirmed: 10 },
        },
      },
    ],
    faults: [],
    ...changes,
  }
  return {
    ...result,
    rows: changes.rows ?? rowsOf(result.turns, result.capacities, 114),
    waterfalls: LOADS.flatMap((load) => [
      waterfall(result.turns, load, 'cpu'),
      waterfall(result.turns, load, 'p50'),
    ]),
  }
}

const whole = madeUp()

describe('a verdict on an aim', () => {
  const atMost = { bound: 'at most' as const, value: 1.5 }
  const atLeast = { bound: 'at least' as const, value: 0.4 }
  it.each([
    [atMost, 1.2, 1.5, 5, 'reached'],
    [atMost, 1.4, 1.51, 5, 'cannot tell'],
    [atMost, 1.5, 1.6, 5, 'cannot tell'],
    [atMost, 1.51, 1.6, 5, 'not reached'],
    [atMost, 1.2, 1.3, 4, 'cannot tell'],
    [atMost, null, null, 5, 'cannot tell'],
    [atLeast, 0.4, 0.5, 5, 'reached'],
    [atLeast, 0.39, 0.5, 5, 'cannot tell'],
    [atLeast, 0.3, 0.4, 5, 'cannot tell'],
    [atLeast, 0.3, 0.39, 5, 'not reached'],
  ] as const)('%o from %p to %p over %i rounds: %s', (aim, low, high, rounds, verdict) => {
    expect(verdictOf(aim, { low, high }, rounds)).toBe(verdict)
  })
})

describe('the table of ratios', () => {
  const rowsBy = (of: Figures[], found: Capacities | null = capacities) =>
    Object.fromEntries(rowsOf(of, found, 114).map((row) => [row.id, row]))

  it('sets what the aims name against each other', () => {
    const rows = rowsBy(turns)
    const values = Object.entries(rows).map(([id, { ratio, aim }]) => [id, ratio!.value, aim.value])
    expect(values).toEqual([
      ['monolith-checkout-app', expect.closeTo(280 / 200), 1.5],
      ['monolith-checkout-all', expect.closeTo(630 / 400), 2],
      ['monolith-read', expect.closeTo(280 / 200), 1.3],
      ['proxied-read', expect.closeTo(150 / 140), 1],
      ['services-checkout-app', expect.closeTo(770 / 280), 2.5],
      ['services-capacity', 0.38, 0.4],
      ['services-latency', expect.closeTo(5 / 3), 3],
    ])
    const verdicts = Object.values(rows).map(({ verdict }) => verdict)
    expect(verdicts).toEqual([
      'reached',
      'reached',
      'not reached',
      'not reached',
      'not reached',
      'cannot tell',
      'reached',
    ])
  })

  it('says what was not measured, and why', () => {
    const rest = turns.filter(({ rung }) => rung !== 'proxy' && rung !== 'database')
    const rows = rowsBy(rest, null)
    for (const id of ['proxied-read', 'monolith-checkout-all', 'services-capacity']) {
      expect(rows[id]).toMatchObject({ verdict: 'not measured', ratio: null, why: expect.any(String) })
    }
    expect(rows['services-latency']!.title).toContain('114 orders a second')
    expect(rows['monolith-read']!.verdict).toBe('not reached')
  })

  it('says of a load that was left out that it was', () => {
    const rows = rowsBy(turns.filter(({ load }) => load === 'checkout'))
    expect(rows['monolith-read']).toMatchObject({
      verdict: 'not measured',
      why: expect.stringContaining('"read"'),
    })
    expect(rows['monolith-checkout-app']!.verdict).toBe('reached')
  })

  it('does not count a round in which one side is void', () => {
    const voided = turns.map((it) =>
      it.rung === 'bare' && it.round === 5 ? { ...it, void: ['k6 dropped 3 iterations'] } : it,
    )
    expect(rowsBy(voided)['monolith-checkout-app']!.verdict).toBe('cannot tell')
  })
})

describe('the report of a bench', () => {
  it('shows each ratio beside its aim, everywhere', () => {
    const result = whole
    const charts = drawCharts(result)
    for (const shown of [
      terminalReport(result),
      markdownReport(result, charts),
      htmlReport(result, charts),
    ]) {
      expect(shown).not.toMatch(BLANKS)
      for (const text of result.rows.flatMap(({ title, of }) => [title, of])) expect(shown).toContain(text)
      for (const text of ['at most 1.5×', 'at least 0.4×', '2.75×', 'cannot tell', 'not reached'])
        expect(shown).toContain(text)
    }
  })

  it('says of capacities for which a stack shared a core with its servers that it did', () => {
    const shared = madeUp({ capacities: { ...capacities, budget: 'colocated' } })
    const [fair, colocated] = [whole, shared].map((it) => markdownReport(it, drawCharts(it)))
    expect(colocated).toContain('services / monolith, each with its PostgreSQL and RabbitMQ on one core')
    expect(colocated).toContain('In that search a stack shared one core')
    for (const text of ['each with its PostgreSQL', 'In that search']) expect(fair).not.toContain(text)
  })

  it('draws a waterfall for each load, of CPU time and of latency, as SVG that a browser takes', () => {
    const charts = drawCharts(whole)
    expect(charts.map(({ id }) => id)).toEqual([
      'ladder-checkout-cpu',
      'ladder-checkout-p50',
      'ladder-read-cpu',
      'ladder-read-p50',
    ])
    for (const { svg } of charts) {
      expect(svg).not.toMatch(BLANKS)
      expect(malformedTags(svg)).toEqual([])
    }
    expect(charts[0]!.svg).toContain('services adds')
  })

  it('asks for nothing from outside, and takes no text for markup', () => {
    const result = { ...whole, missing: [HOSTILE], command: HOSTILE }
    const html = htmlReport(result, drawCharts(result))
    expect(html).not.toMatch(INJECTED)
    expect(htmlReport(whole, drawCharts(whole))).not.toMatch(FETCHES)
    // In Markdown the command is a block of code, where nothing is markup.
    expect(markdownReport({ ...result, command: '' }, [])).not.toMatch(INJECTED)
  })

  it('tells what is missing and what is void', () => {
    const missing = ['The rung "database" is missing: there is no pgbench.']
    const some = turns.filter(({ rung }) => rung !== 'database')
    const voided = some.map((it, i) => {
      if (i === 1) return { ...it, disturbed: ['other programs took 30%'] }
      return i === 0 ? { ...it, void: ['2 of 105 requests failed'] } : it
    })
    const result = madeUp({ turns: voided, missing })
    const shown = terminalReport(result)
    expect(shown).toContain(missing[0])
    expect(shown).toContain(
      `1 of ${voided.length} turns are void and do not count: 2 of 105 requests failed.`,
    )
    expect(shown).toMatch(/1 of the \d+ turns that count were disturbed.*other programs took 30%/)
    expect(shown).toMatch(/Monolith, checkout, with PostgreSQL was not measured/)
    expect(shown).not.toMatch(BLANKS)
    expect(drawCharts(result)).toHaveLength(4)
  })

  it('shows no figures of a run that is not valid', () => {
    const result = { ...whole, faults: ['monolith: the audit failed: I1 as many orders as answers. 10, 11'] }
    const charts = drawCharts(result)
    expect(charts).toEqual([])
    for (const shown of [
      terminalReport(result),
      markdownReport(result, charts),
      htmlReport(result, charts),
    ]) {
      expect(shown).toContain('not valid')
      expect(shown).toContain('I1 as many orders as answers')
      expect(shown).not.toMatch(/2\.75×|<svg|CPU ms per/)
    }
  })
})
