import {
  type Making,
  madeUpInvalid,
  madeUpRecord,
  madeUpResult,
  STRICT,
} from '../../../tests/support/compare-result.ts'
import { BLANKS, HOSTILE, INJECTED } from '../../../tests/support/markup.ts'
import { judge } from '../compare/judge.ts'
import type { Mark } from '../compare/marks.ts'
import type { Result } from '../compare/result.ts'
import { drawCharts } from './charts/charts.ts'
import { htmlReport } from './html.ts'
import { markdownReport } from './markdown.ts'
import { terminalReport } from './terminal.ts'

const DIR = 'results/some-run'

/** The same run, told three times. HTML is without tags and entities. */
function told(result: Result) {
  const charts = result.verdict.valid ? drawCharts(result) : []
  const html = htmlReport(result, charts)
  const text = html
    .replace(/<(style|svg)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
  const all = {
    terminal: terminalReport(result, DIR),
    markdown: markdownReport(result).replaceAll('&lt;', '<'),
    html: text,
  }
  for (const it of Object.values({ ...all, html })) expect(it).not.toMatch(BLANKS)
  return all
}

/** That all three say so. */
function expectTold(result: Result, ...sentences: (string | RegExp)[]) {
  for (const text of Object.values(told(result)))
    for (const sentence of sentences)
      expect(text).toMatch(typeof sentence === 'string' ? new RegExp(RegExp.escape(sentence)) : sentence)
}

function expectNotTold(result: Result, pattern: RegExp) {
  for (const text of Object.values(told(result))) expect(text).not.toMatch(pattern)
}

const COMPANY: Mark = { kind: 'company', why: "other programs took 12% of this machine's CPU time" }
const QUICK: Making = { starts: 1, blocksPerStart: 8, noise: 0.2, count: 150 }
/** Two of eight blocks. */
const NOISY: Making = { ...QUICK, marks: ({ block }) => (block % 3 === 0 ? [COMPANY] : []) }

/** A row of the table on the terminal, cell by cell. */
const rowOf = (result: Result, label: string) =>
  terminalReport(result, DIR)
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) => line.split('│').slice(1, -1))
    .find(([title]) => title!.trim() === label)!
    .map((cell) => cell.trimEnd())

describe('a run of both stacks', () => {
  const result = madeUpResult()

  it('says first what was measured, at which rate and why, and how much of it', () => {
    expect(terminalReport(result, DIR).split('\n')[0]).toBe(
      'Checkout, the monolith and the services: 60 orders a second (the highest of those tried at which neither stack used half of its CPU budget, and the load generator kept time). 10 blocks of 4 rounds of 8 s each, on 5 starts of the processes, in 10 min.',
    )
  })

  it('has two verdicts, how far the same thing twice differs, and that the audit passed', () => {
    expectTold(
      result,
      /For each settled order, the services spend 3\.04× the CPU time of the monolith \(95 % interval 3\.0\d to 3\.0\d\)\./,
      /The median latency to settle of the services is 4\.00× that of the monolith \(95 % interval 3\.9\d to 4\.0\d\)\./,
      /two rounds of one block differ by 0\.5 % in CPU time and 0\.5 % in the median latency \(monolith\)/,
      'Audit passed on monolith and services',
    )
  })

  it('has a row for each measure: means, ratio, how sure', () => {
    expect(rowOf(result, 'CPU time per settled order, ms')).toEqual([
      expect.anything(),
      '     2.67',
      '     8.11',
      expect.stringMatching(/^ 3.04× \(3.0\d–3.0\d\)$/),
      ' ±0.5 %',
    ])
    expect(rowOf(result, 'Database statements per settled order').slice(3)).toEqual([' 2.00×', ' exact'])
    expect(rowOf(result, 'RabbitMQ, ms')[0]).toMatch(/^ {3}RabbitMQ/)
    expect(rowOf(result, 'RabbitMQ, ms')[1]).toBe('     none')
  })

  it('neither asks for more nor speaks of noise where it is known well enough', () => {
    expectNotTold(result, /Narrower|[Nn]oisy|quiet|Not shown/)
  })
})

describe('a noisy run', () => {
  const result = madeUpResult(NOISY)

  it('shows figures, what disturbed them, and what would narrow them', () => {
    expectTold(
      result,
      'Noisy: something disturbed 2 of 8 blocks. Of 32 rounds: other programs took CPU time in 8 (chrome up to 11 %).',
      'Narrower: close other programs (chrome); measure longer, and on several starts of the processes: npm run compare, without --quick.',
      'the services spend 2.97× the CPU time',
      /All 8 blocks ran on one start of the processes/,
      /rough, ±3\d %/,
    )
  })

  it('has the undisturbed blocks alone beside all, where they read differently', () => {
    expectTold(result, 'Quiet blocks alone: the same over the 6 blocks that nothing disturbed')
    expect(rowOf(result, 'CPU time per settled order, ms').at(-1)).toMatch(/^ 3\.2\d× \(/)
    expect(rowOf(result, 'Database statements per settled order').at(-1)).toBe('')
    expectNotTold(madeUpResult(QUICK), /[Qq]uiet blocks/)
  })

  it('lists every round that something was wrong with', () => {
    const { markdown, html } = told(result)
    for (const text of [markdown, html]) {
      expect(text.match(/Block 3, round \d, (monolith|services): other programs took 12%/g)).toHaveLength(4)
      expect(text.match(/other programs took 12%/g)).toHaveLength(8)
    }
  })

  it('names the rows that too few values are there for', () => {
    expectTold(
      result,
      'Not shown: Latency to settle p99 and Latency to accept p99: fewer than 5 values of a block lie beyond it, so that one stall would be the figure.',
    )
  })

  it('asks for a lower rate where requests failed, for more time where there was too little', () => {
    const failed = { ...QUICK, marks: (): Mark[] => [{ kind: 'failed', why: '30 of 1800 requests failed' }] }
    expectTold(madeUpResult(failed), 'Narrower: ask for less, --rate 30; measure longer')
    expectTold(madeUpResult({ noise: 0.2 }), 'Narrower: measure longer, --time 30m.')
  })
})

describe('a run that is refused', () => {
  const strict = madeUpResult({ ...QUICK, marks: () => [COMPANY] }, {}, STRICT)
  const FIGURES = /CPU time per settled order, ms|Latency to settle, p50|×|<svg|Narrower/

  it('by --strict says how the same rounds show figures', () => {
    expectTold(
      strict,
      'This run is not valid, so its figures are not shown.',
      '8 of 8 blocks were disturbed and do not count (--strict)',
      "monolith, block 1: other programs took 12% of this machine's CPU time",
      'and 28 more of this kind',
      /Without it the same rounds show figures, and what disturbed them: npm run report -- \S.* --no-strict/,
    )
    expect(terminalReport(strict, DIR)).toContain(`npm run report -- ${DIR} --no-strict`)
    expectNotTold(strict, FIGURES)
  })

  it('for what is false does not, and says what to do', () => {
    const result = madeUpInvalid('k6 was told of 100 orders, and the database has 99')
    expectTold(result, 'k6 was told of 100 orders, and the database has 99', 'Mend that, and run it again.')
    expectNotTold(result, FIGURES)
    expectNotTold(result, /--no-strict/)
  })

  it('for its audit says that this is about the shop', () => {
    const record = madeUpRecord(QUICK)
    const checks = [{ name: 'I2 stock adds up', ok: false, detail: 'MUG-0001 has 3 too many' }]
    const audit = record.audit.map((it) => ({ ...it, passed: false, checks }))
    const result = judge({ ...record, audit }, STRICT)
    expectTold(
      result,
      'I2 stock adds up',
      'MUG-0001 has 3 too many',
      'a finding about the shop, not about this machine',
    )
    expectNotTold(result, FIGURES)
    expectNotTold(result, /--no-strict|run it again\./)
  })
})

describe('a stack against itself at a commit', () => {
  const against = (making: Making) => madeUpResult({ stacks: ['services'], against: 'main', ...making })

  it('speaks of before and now', () => {
    const result = against({ cpuTimes: { now: 1.1 } })
    expectTold(
      result,
      'the services as they are now against what they were at commit beefbeefbeef (main)',
      /For each settled order, the services now spend 1\.06\d?× the CPU time of before/,
      /It cannot tell whether the median latency to settle rose or fell \(now \/ before 1\.000×, 95 % interval 0\.99\d to 1\.0/,
      'now / before',
    )
    expectNotTold(result, /services \/ monolith|bill for computing/)
  })

  it('is drawn in two colours, though it is one stack', () => {
    const charts = drawCharts(against({}))
    const cpu = charts.find(({ id }) => id === 'cpu')!.svg
    expect(cpu).toMatch(/#0072b2[\s\S]*before:|before:[\s\S]*#0072b2/)
    expect(cpu).toContain('#c05200')
  })

  it('cannot tell what does not differ, and says why an interval beside 1 is no verdict', () => {
    expectTold(
      against({ starts: 1, blocksPerStart: 3, latencyTimes: { now: 1.5 }, cpuTimes: { now: 1.5 } }),
      '3 blocks are too few for a verdict, which takes 5.',
      /This run cannot tell whether the services now spend more or less CPU time .*, from too few blocks\)/,
    )
    const edge = against({ noise: 0.1, latencyTimes: { now: 1.11 } })
    expect(edge.comparison![0]!.ratio!.low).toBeGreaterThan(1)
    expectTold(edge, /It cannot tell .*, which is not enough where two ratios are tested\)/)
  })
})

describe('one stack alone', () => {
  const result = madeUpResult({ stacks: ['services'], starts: 1, blocksPerStart: 6, count: 300 })

  it('has its means, and no ratio of anything', () => {
    expectTold(result, 'The services alone: 8.1', 'CPU time per settled order, ms', 'Means over 6 blocks.')
    expectNotTold(result, /×|how sure|cannot tell|verdict|Narrower/)
    expect(rowOf(result, 'CPU time per settled order, ms')).toHaveLength(2)
    expect(drawCharts(result).map(({ id }) => id)).toEqual([
      'latency-settled',
      'latency-accepted',
      'cpu',
      'memory',
    ])
  })
})

describe('a run that was cut off', () => {
  it('says so, and that nobody audited it', () => {
    expectTold(madeUpResult({ starts: 2 }, { ending: null, audit: [] }), 'The run was cut off', 'not audited')
  })
})

describe('the rate', () => {
  const opening = (options: Partial<Result['options']>, rateTries: Result['rateTries']) => {
    const result = madeUpResult({ starts: 1, count: 10 })
    return terminalReport({ ...result, options: { ...result.options, ...options }, rateTries }, DIR)
  }
  const busy = { ...madeUpRecord({ count: 10 }).facts.rateTries[0]!, arm: 'services', fits: false }

  it('may have been asked for', () => {
    expect(opening({ isRateGiven: true }, [busy])).toContain('60 orders a second (as asked for).')
  })

  it('may be too high, or k6 too late, even where it is the lowest', () => {
    expect(opening({}, [{ ...busy, budgetShare: 0.712 }])).toContain(
      'the lowest of those tried, and even there the services use 71 % of the CPU budget',
    )
    expect(opening({}, [{ ...busy, budgetShare: 0.3, lateMs: 40 }])).toContain(
      'even there the load generator does not keep time with the services',
    )
  })
})

describe('what comes from outside', () => {
  it('is shown as text', () => {
    const record = madeUpRecord(NOISY)
    const rounds = record.rounds.map((it) => ({
      ...it,
      company: { ...it.company, programs: [{ name: HOSTILE, share: 0.2 }] },
      marks: it.marks.map((mark) => ({ ...mark, why: HOSTILE })),
    }))
    const facts = { ...record.facts, machine: { ...record.facts.machine, cpu: HOSTILE } }
    const result = judge({ ...record, facts, rounds }, { strict: false, tolerate: [] })
    expect(htmlReport(result, drawCharts(result))).not.toMatch(INJECTED)
    expect(markdownReport(result)).not.toMatch(INJECTED)
    expect(htmlReport(result, [])).toContain('&lt;script&gt;')
  })
})
