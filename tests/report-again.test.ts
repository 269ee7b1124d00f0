import { readdir } from 'node:fs/promises'
import type { Record } from '../loadtests/lab/compare/judge.ts'
import type { Result } from '../loadtests/lab/compare/result.ts'
import { type Making, madeUpInvalid, madeUpRecord, madeUpResult, STRICT } from './support/compare-result.ts'
import { BLANKS } from './support/markup.ts'
import { expectRefused, GATE, inResultsDir } from './support/report-command.ts'

const { report, write, read, path } = inResultsDir()

const resultOf = async (name: string): Promise<Result> => JSON.parse(await read(`${name}/result.json`))

/** Eight blocks on one start, three of them disturbed. */
const NOISY: Making = {
  starts: 1,
  blocksPerStart: 8,
  marks: ({ block }) => (block <= 3 ? [{ kind: 'k6-late', why: 'k6 was late' }] : []),
}

/** What `rounds.jsonl` has of a run. */
const linesOf = ({ facts, rounds, audit, ending }: Record): string[] =>
  [
    { facts },
    ...rounds.map((round) => ({ round })),
    ...audit.map((audit) => ({ audit })),
    ...(ending ? [{ ending }] : []),
  ].map((line) => JSON.stringify(line))

describe('npm run report of one run', () => {
  it('writes its reports again, and leaves its result as it is', async () => {
    await write('run', madeUpResult())
    const { code, stdout, stderr } = await report('run/')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('run/report.html')
    expect(await readdir(path('run'))).toEqual(
      expect.arrayContaining(['report.html', 'report.md', 'cpu.svg', 'ratios.svg', 'latency-settled.svg']),
    )
    expect(await resultOf('run')).toEqual(JSON.parse(JSON.stringify(madeUpResult())))
    expect(await read('run/report.html')).not.toMatch(BLANKS)
  })

  it('takes the path of the file as well; a run that is not valid ends with 1', async () => {
    await write('run', madeUpInvalid('the database has 99'))
    const { code, stdout } = await report('run/result.json')
    expect(code).toBe(1)
    expect(stdout).toContain('the database has 99')
    expect(await read('run/report.md')).toContain('the database has 99')
  })

  it('judges it by the rule that it was judged by', async () => {
    await write('strict', madeUpResult(NOISY, {}, STRICT))
    expect((await report('strict')).code).toBe(0)
    expect(await resultOf('strict')).toMatchObject({
      rule: STRICT,
      blocks: { counted: 5, quiet: 5, void: 3 },
    })
  })

  it('or by another: strictly, not so, and with things tolerated', async () => {
    const noisier = { ...NOISY, marks: () => [{ kind: 'k6-late' as const, why: 'k6 was late' }] }
    await write('run', madeUpResult(noisier))
    await report('run')
    expect(await readdir(path('run'))).toContain('cpu.svg')
    const strict = await report('run', '--strict')
    expect(strict.code).toBe(1)
    expect(strict.stdout).toContain('npm run report -- run --no-strict')
    expect(await resultOf('run')).toMatchObject({ verdict: { valid: false }, comparison: null })
    expect((await readdir(path('run'))).filter((file) => file.endsWith('.svg'))).toEqual([])

    const tolerant = await report('run', '--tolerate', 'k6-late')
    expect(tolerant).toMatchObject({ code: 0, stdout: expect.stringContaining('as was asked (--tolerate)') })
    expect(await resultOf('run')).toMatchObject({ blocks: { counted: 8, quiet: 8, void: 0 } })

    const lenient = await report('run', '--no-strict', '--tolerate', 'company')
    expect(lenient).toMatchObject({ code: 0, stdout: expect.stringContaining('Noisy') })
    expect(await resultOf('run')).toMatchObject({
      rule: { strict: false, tolerate: ['company'] },
      blocks: { counted: 8, quiet: 0, void: 0 },
    })
  })

  it('tells what a run measured that was killed, from its rounds', async () => {
    const record = madeUpRecord({ starts: 1, blocksPerStart: 8 })
    const lines = linesOf({ ...record, rounds: record.rounds.slice(0, 26), audit: [], ending: null })
    await write('killed', `${lines.join('\n')}\n{"round":{"block":7,"posi`, 'rounds.jsonl')
    const { code, stdout } = await report('killed')
    expect(code).toBe(0)
    expect(stdout).toMatch(/6 blocks of 4 rounds/)
    expect(stdout).toContain('The run was cut off')
    expect(stdout).toMatch(/CPU time per settled order, ms +│ +2\.6\d │ +8\.\d\d │ 3\.0\d×/)
    expect(await resultOf('killed')).toMatchObject({ ending: null, blocks: { counted: 6 } })
    expect(await report('killed', '--strict')).toMatchObject({ code: 1 })
  })

  it('has the same from its rounds as from its result', async () => {
    await write('run', linesOf(madeUpRecord()).join('\n'), 'rounds.jsonl')
    await report('run/rounds.jsonl')
    expect(await resultOf('run')).toEqual(JSON.parse(JSON.stringify(madeUpResult())))
  })

  it.each([
    ['', /nothing to report/],
    ['{"facts":', /nothing to report/],
    ['no\njson\n', /rounds.jsonl is damaged/],
  ])('refuses rounds of which there is nothing: %j', async (text, reason) => {
    await write('run', text, 'rounds.jsonl')
    expectRefused(await report('run'), reason)
  })
})

describe('--fail-on-regression of a run against a commit', () => {
  const against = (making: Making) => madeUpResult({ stacks: ['services'], against: 'main', ...making })

  it.each([
    [[GATE], 1],
    [[GATE, '4'], 1],
    [[GATE, '7'], 0],
    [[], 0],
  ])('with 6 %% more CPU time now: %j exits with %i', async (args, code) => {
    await write('run', against({ cpuTimes: { now: 1.1 } }))
    const output = await report('run', ...args)
    expect(output.code).toBe(code)
    expect(output.stdout.includes('CPU time per settled order: now / before 1.060×')).toBe(code === 1)
  })

  it.each([
    ['less', { cpuTimes: { now: 0.8 } }],
    ['nothing that can be told', { cpuTimes: { now: 1.1 }, noise: 0.2 }],
  ])('with %s exits with 0', async (_, making) => {
    await write('run', against(making))
    expect((await report('run', GATE)).code).toBe(0)
  })

  it('has no answer for a run that is not valid or too short', async () => {
    await write('few', against({ starts: 1, blocksPerStart: 4 }))
    expectRefused(await report('few', GATE), /few has 4 blocks/)
    await write('bad', against({ marks: () => [{ kind: 'orders', why: 'the database has 99' }] }))
    expectRefused(await report('bad', GATE), /bad is not valid.*the database has 99/)
  })
})
