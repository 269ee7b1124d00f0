import { judge } from '../loadtests/lab/compare/judge.ts'
import type { Result } from '../loadtests/lab/compare/result.ts'
import { LENIENT, madeUpInvalid, madeUpRecord, madeUpResult } from './support/compare-result.ts'
import { BLANKS, FETCHES, HOSTILE, INJECTED, malformedTags } from './support/markup.ts'
import { expectRefused, GATE, inResultsDir, type Output } from './support/report-command.ts'

const { report, write, read } = inResultsDir()

/** The rows of the table of ratios on the terminal: how many times, and the verdict, by title. */
function rows({ stdout }: Output): { [title: string]: string } {
  const found = stdout.matchAll(
    /^│ +(\S.*?) +│ +\S+ .*?│ .*?│ +(\S+×).*?│ .*?│ *(less|more|cannot tell|) *│$/gm,
  )
  return Object.fromEntries(
    [...found].map(([, title, times, verdict]) => [title!, `${times} ${verdict}`.trim()]),
  )
}

describe('npm run report of two runs', () => {
  it('says what became of each ratio, with a verdict for two', async () => {
    await write('before', madeUpResult())
    await write('after', madeUpResult({ cpuTimes: { services: 1.3 }, latencyTimes: { services: 0.8 } }))
    const output = await report('before', 'after')
    expect(output).toMatchObject({ code: 0, stderr: '' })
    expect(rows(output)).toEqual({
      'Latency to settle, p50': '0.800× less',
      'Latency to settle, p95': '0.800×',
      'Latency to settle, p99': '0.800×',
      'Latency to accept, p50': '0.800×',
      'Latency to accept, p95': '0.800×',
      'Latency to accept, p99': '0.800×',
      'CPU time per settled order': '1.181× more',
      'Node processes': '1.300×',
      PostgreSQL: '1.000×',
      'Memory, median': '1.000×',
      'Memory, peak': '1.000×',
      'Database statements per settled order': '1.000×',
      'Bytes through Node per settled order': '1.000×',
      'Price of a million settled orders': '1.162×',
    })
    expect(output.stdout).toMatch(
      /Held against the monolith, the services spend 1\.181× the CPU time .* of before \(95 % /,
    )
    expect(output.stdout).toMatch(
      /median latency to settle of the services is, likewise, 0\.800× that of before/,
    )
  })

  it('compares ratios, not figures: a machine that was slower for both has changed nothing', async () => {
    await write('before', madeUpResult())
    const slower = { monolith: 1.5, services: 1.5 }
    await write('after', madeUpResult({ latencyTimes: slower }))
    const output = await report('before', 'after')
    expect(rows(output)['Latency to settle, p50']).toBe('1.000× cannot tell')
    expect(output.stdout).toMatch(/monolith: Latency to settle, p50, ms +│ 2\.90 +│ 4\.35/)
  })

  it('says the opposite the other way round, and the same each time', async () => {
    await write('one', madeUpResult())
    await write('other', madeUpResult({ cpuTimes: { services: 1.3 } }))
    const back = await report('other', 'one')
    expect(rows(back)['CPU time per settled order']).toBe('0.847× less')
    expect((await report('other', 'one')).stdout).toBe(back.stdout)
  })

  it('cannot tell a difference that is within the noise of the blocks, nor from too few', async () => {
    await write('before', madeUpResult({ noise: 0.2 }))
    await write('after', madeUpResult({ noise: 0.2, cpuTimes: { services: 1.2 } }))
    const output = await report('before', 'after', GATE)
    expect(output.code).toBe(0)
    expect(output.stdout).toMatch(
      /cannot tell whether, held against the monolith, the services spend more or less CPU/,
    )
    await write('few', madeUpResult({ starts: 1, blocksPerStart: 4, cpuTimes: { services: 2 } }))
    const few = await report('before', 'few')
    expect(rows(few)['CPU time per settled order']).toMatch(/cannot tell$/)
    expect(few.stdout).toContain('The run after: 4 blocks are too few for a verdict')
  })

  it('judges both by the rule given, or else by that of each run', async () => {
    const marks = ({ block }: { block: number }) =>
      block === 1 ? [{ kind: 'failed' as const, why: 'it failed' }] : []
    await write('before', madeUpResult({ starts: 1, blocksPerStart: 6, marks }))
    await write('after', madeUpResult({ starts: 1, blocksPerStart: 6 }))
    expect((await report('before', 'after')).stdout).toMatch(/measured +│ 6 blocks on one start +│ 6 blocks/)
    const strict = await report('before', 'after', '--strict')
    expect(strict.stdout).toMatch(
      /measured +│ 5 blocks on one start, 1 more do not count +│ 6 blocks on one start/,
    )
  })

  it('writes Markdown and one HTML file that fetches nothing', async () => {
    await write('before', madeUpResult())
    await write('after', madeUpResult({ cpuTimes: { services: 1.3 } }))
    await report('before', 'after', '--markdown', 'new/two.md', '--html', 'new/two.html')
    const [markdown, html] = [await read('new/two.md'), await read('new/two.html')]
    expect(markdown).toMatch(
      /\| CPU time per settled order \| 3\.04× \(.*\) \| 3\.59× \(.*\) \| 1\.181× \(.*\) \| ±0\.\d % \| \*\*more\*\* \|/,
    )
    expect(markdown).toContain('| of it, Node processes |')
    for (const text of [markdown, html]) expect(text).not.toMatch(BLANKS)
    expect(html).not.toMatch(FETCHES)
    const drawings = html.match(/<svg [\s\S]*?<\/svg>/g)!
    expect(drawings).toHaveLength(1)
    for (const svg of drawings) expect(malformedTags(svg)).toEqual([])
  })

  it('shows what came from outside as text', async () => {
    const result = madeUpResult()
    await write('before', result)
    await write('after', { ...result, machine: { ...result.machine, cpu: HOSTILE } })
    await report('before', 'after', '--markdown', 'two.md', '--html', 'two.html')
    expect(await read('two.html')).toContain('&lt;script&gt;')
    for (const name of ['two.md', 'two.html']) expect(await read(name)).not.toMatch(INJECTED)
  })
})

describe('what else differs', () => {
  const result = madeUpResult()
  const options = (changes: Partial<Result['options']>) => ({ options: { ...result.options, ...changes } })
  const noisy = ({ block }: { block: number }) =>
    block === 1 ? [{ kind: 'company' as const, why: 'other programs took 12%' }] : []
  const warnings: [string, object, RegExp][] = [
    [
      'another machine',
      { machine: { ...result.machine, cpu: 'Slow' } },
      /machine.*cpu Some Processor, then Slow/,
    ],
    [
      'another version',
      { versions: { ...result.versions, node: '25.1.0' } },
      /versions.*node 24.0.0, then 25.1.0/,
    ],
    ['another rate', options({ ratePerSecond: 100 }), /load.*ratePerSecond 60, then 100/],
    ['another budget', { fairness: { ...result.fairness, budget: 'naive' } }, /budget fair, then naive/],
    ['another rule', { rule: { strict: true, tolerate: [] } }, /rule.*strict false, then true/],
    ['other programs', madeUpResult({ marks: noisy }), /The run after: Noisy.*chrome up to 11 %/],
  ]

  it.each(warnings)('is said first of all: %s', async (_, changes, warning) => {
    await write('before', result)
    await write('after', { ...result, ...changes })
    const { code, stdout } = await report('before', 'after', '--html', 'two.html')
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(warning)
    expect((await read('two.html')).match(/class="warning"/g)).toHaveLength(1)
  })

  it('is listed, and no warning, where it is expected: commit and seeds', async () => {
    await write('before', result)
    const project = { ...result.project, commit: 'beefbeefbeefbeef' }
    await write('after', { ...result, project, ...options({ seed: 7, orderSeed: 8 }) })
    const { stdout } = await report('before', 'after')
    expect(stdout.split('\n')[0]).toMatch(/^┌/)
    expect(stdout).toMatch(/commit +│ c0ffee00c0ff +│ beefbeefbeef/)
    expect(stdout).toMatch(/options.seed +│ 1 +│ 7/)
  })

  it('is a row that only one of the runs has', async () => {
    await write('before', result)
    await write('thin', madeUpResult({ count: 50 }))
    const output = await report('before', 'thin')
    expect(output.stdout.split('\n')[0]).toMatch(
      /only one of the runs has it: Latency to settle, p99; Latency to accept, p99\./,
    )
    expect(Object.keys(rows(output))).not.toContain('Latency to settle, p99')
  })
})

describe('--fail-on-regression', () => {
  it.each([
    [[GATE], 1],
    [[GATE, '10'], 1],
    [[GATE, '12%'], 0],
    [[], 0],
  ])(
    'with 18 %% more CPU time in the services’ Node processes, 11 %% in all: %j exits with %i',
    async (args, code) => {
      await write('before', madeUpResult())
      await write('after', madeUpResult({ cpuTimes: { services: 1.18 } }))
      const output = await report('before', 'after', ...args)
      expect(output.code).toBe(code)
      const [, found = ''] = output.stdout.split(/^Regression/m)
      if (code === 1)
        expect(found).toMatch(/CPU time per settled order: 3\.04× .* before, 3\.37× .* after: 1\.108×/)
      else expect(found).toBe('')
    },
  )

  it('names nothing that is less, and nothing but the two ratios that are tested', async () => {
    await write('before', madeUpResult({ cpuTimes: { services: 1.3 } }))
    await write('after', madeUpResult())
    expect(await report('before', 'after', GATE)).toMatchObject({ code: 0, stderr: '' })
    const record = madeUpRecord()
    const rounds = record.rounds.map((it) => ({
      ...it,
      processes: it.processes.map((process) => ({
        ...process,
        memoryMiB: { median: process.memoryMiB.median * (it.arm === 'services' ? 2 : 1), peak: 200 },
      })),
    }))
    await write('fat', judge({ ...record, rounds }, LENIENT))
    const output = await report('after', 'fat', GATE)
    expect(rows(output)['Memory, median']).toBe('2.00×')
    expect(output.code).toBe(0)
  })

  it('wants the whole interval beyond the percentage', async () => {
    await write('before', madeUpResult({ noise: 0.05 }))
    await write('after', madeUpResult({ noise: 0.05, cpuTimes: { services: 1.4 } }))
    // 1.24 times, and the interval begins at about 1.18.
    expect((await report('before', 'after', GATE, '10')).code).toBe(1)
    expect((await report('before', 'after', GATE, '22')).code).toBe(0)
  })

  it('is no gate with too few blocks to ever fail', async () => {
    await write('before', madeUpResult())
    await write('after', madeUpResult({ starts: 1, blocksPerStart: 4 }))
    expectRefused(await report('before', 'after', GATE), /^after has 4 blocks.*--blocks 5/)
  })
})

describe('npm run report refuses in one line, with exit code 2,', () => {
  const good = madeUpResult()
  const [first, ...others] = good.rounds
  const refused: [string, unknown, RegExp][] = [
    ['a run that is not valid', madeUpInvalid('the database has 99'), /not valid.*the database has 99/],
    ['a result of the old format', { ...good, format: 2 }, /format 2.*[Rr]un it again/],
    ['a result of a later format', { ...good, format: 99 }, /format 99/],
    ['a file that breaks off', JSON.stringify(good).slice(0, 5000), /damaged/],
    ['a file of something else', [1, 2], /format/],
    ['a result without rounds', { ...good, rounds: undefined }, /damaged.*rounds/],
    ['a result without arms', { ...good, arms: [] }, /damaged.*arms/],
    [
      'a round without figures',
      { ...good, rounds: [{ ...first!, load: {} }, ...others] },
      /damaged.*settled/,
    ],
    [
      'a round without processes',
      { ...good, rounds: [{ ...first!, processes: null }, ...others] },
      /damaged.*processes/,
    ],
    [
      'another scenario',
      { ...good, options: { ...good.options, scenario: 'browse' } },
      /browse.*--scenario checkout/,
    ],
    [
      'a run of other arms',
      madeUpResult({ stacks: ['monolith'], against: 'main' }),
      /monolith before and monolith now/,
    ],
  ]

  it.each(refused)('%s', async (_, result, reason) => {
    await write('good', good)
    await write('bad', result)
    expectRefused(await report('good', 'bad', GATE), reason)
  })

  it('runs of one stack alone, and says how to hold it against itself', async () => {
    await write('one', madeUpResult({ stacks: ['services'] }))
    expectRefused(
      await report('one', 'one'),
      /services alone.*npm run compare -- --stacks services --against/,
    )
  })

  it.each([
    [['good', 'nowhere'], /nowhere has no result.json/],
    [[], /runs/],
    [['good', '--html', 'x.html'], /--html takes two runs/],
    [['good', '--markdown', 'x.md'], /--markdown takes two runs/],
    [['good', 'good', 'good', '--html', 'x.html'], /--html takes two runs; of 3/],
    [['good', 'good', 'good', GATE], /--fail-on-regression takes two runs; of 3/],
    [['good', GATE], /--fail-on-regression takes two runs, or one.*--against/],
    [[GATE, 'good', 'good'], /percentage.*before the option/],
    [['good', 'good', GATE, '-3'], /percentage|unknown option/],
    [['good', 'good', '--html', '/dev/null/x.html'], /cannot be written/],
    [['good', '--tolerate', 'noise'], /noise.*company/],
    [['good', 'good', '--mood'], /--mood/],
  ])('%j', async (args, reason) => {
    await write('good', good)
    expectRefused(await report(...args), reason)
  })
})
