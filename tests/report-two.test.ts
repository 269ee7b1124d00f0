import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Result } from '../loadtests/lab/compare/result.ts'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { madeUpInvalid, madeUpResult } from './support/compare-result.ts'
import { BLANKS, FETCHES, HOSTILE, INJECTED, malformedTags } from './support/markup.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/report-two-`)
})
afterEach(() => rm(dir, { recursive: true }))

type Output = { code: number; stdout: string; stderr: string }

/** Runs the command in the directory of the test. */
function report(...args: string[]): Promise<Output> {
  const command = [`${projectRoot}/loadtests/lab/report.ts`, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: dir }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

async function write(name: string, result: unknown): Promise<string> {
  await mkdir(`${dir}/${name}`)
  await writeFile(`${dir}/${name}/result.json`, typeof result === 'string' ? result : JSON.stringify(result))
  return name
}

const read = (name: string) => readFile(`${dir}/${name}`, 'utf8')

/** The verdicts of the table on the terminal, by stack and measure. */
function verdicts({ stdout }: Output): Record<string, string> {
  const rows = [...stdout.matchAll(/^│ (monolith|services) +│ (.*?) +│.*│ (less|more|cannot tell) +│$/gm)]
  return Object.fromEntries(rows.map(([, stack, measure, verdict]) => [`${stack}: ${measure}`, verdict!]))
}

/** The measures that did not stay as they were. */
const changed = (output: Output) =>
  Object.fromEntries(Object.entries(verdicts(output)).filter(([, verdict]) => verdict !== 'cannot tell'))

const GATE = '--fail-on-regression'

describe('npm run report of two runs', () => {
  it('says what is more, what is less and what it cannot tell', async () => {
    const before = await write('before', madeUpResult())
    const making = { cpuTimes: { services: 1.3 }, latencyTimes: { monolith: 0.8 } }
    const output = await report(before, await write('after', madeUpResult(making)))
    expect(output).toMatchObject({ code: 0, stderr: '' })
    expect(verdicts(output)).toMatchObject({
      'monolith: Latency to settle, p50, ms': 'less',
      'monolith: Latency to accept, p99, ms': 'less',
      'monolith: CPU time per settled order, ms': 'cannot tell',
      'services: Latency to settle, p50, ms': 'cannot tell',
      'services: CPU time per settled order, ms': 'more',
      'services: of it, Node processes, ms': 'more',
      'services: of it, PostgreSQL, ms': 'cannot tell',
      'services: of it, RabbitMQ, ms': 'cannot tell',
      'services: Database statements per settled order': 'cannot tell',
    })
    expect(output.stdout).toMatch(/of it, Node processes, ms +│ 4.89 +│ 6.36 +│ 1.30× \(1.2\d–1.3\d\)/)
  })

  it('says the opposite the other way round, and the same each time', async () => {
    const [one, other] = [madeUpResult(), madeUpResult({ cpuTimes: { services: 1.3 } })]
    await Promise.all([write('one', one), write('other', other)])
    const back = await report('other', 'one')
    expect(new Set(Object.values(changed(back)))).toEqual(new Set(['less']))
    expect((await report('other', 'one')).stdout).toBe(back.stdout)
  })

  it('cannot tell a difference that is within the noise of the rounds', async () => {
    await write('before', madeUpResult({ noise: 0.2 }))
    await write('after', madeUpResult({ noise: 0.2, cpuTimes: { services: 1.1 } }))
    const output = await report('before', 'after', GATE)
    expect(changed(output)).toEqual({})
    expect(output.code).toBe(0)
  })

  it.each(['before', 'after'])(
    'cannot tell a difference that is below the resolution of the run %s',
    async (coarse) => {
      const noise = (run: string) => ({ controlNoise: run === coarse ? 0.3 : 0.004 })
      await write('before', madeUpResult(noise('before')))
      await write('after', madeUpResult({ ...noise('after'), cpuTimes: { services: 1.1 } }))
      const output = await report('before', 'after', GATE)
      expect(changed(output)).toEqual({})
      expect(output.code).toBe(0)
    },
  )

  it('cannot tell from too few rounds', async () => {
    await write('before', madeUpResult({ rounds: 3 }))
    await write('after', madeUpResult({ cpuTimes: { services: 2 } }))
    const output = await report('before', 'after')
    expect(changed(output)).toEqual({})
    expect(output.stdout.split('\n')[0]).toContain('before has only 3 rounds')
  })

  it('leaves out blocks with a void round', async () => {
    const result = madeUpResult({ rounds: 6 })
    await write('before', result)
    const rounds = result.rounds.map((it) => {
      if (it.round !== 2) return it
      const slow = it.processes.map((process) => ({ ...process, cpuMs: process.cpuMs * 50 }))
      return { ...it, processes: slow, void: it.stack === 'monolith' ? ['k6 dropped 7 iterations'] : [] }
    })
    await write('after', { ...result, rounds })
    const output = await report('before', 'after')
    expect(changed(output)).toEqual({})
    expect(output.stdout).toMatch(/5 of each stack, 1 void/)
  })

  it('writes Markdown and one HTML file that fetches nothing', async () => {
    await write('before', madeUpResult())
    await write('after', madeUpResult({ cpuTimes: { services: 1.3 } }))
    const { code } = await report('before', 'after', '--markdown', 'new/two.md', '--html', 'new/two.html')
    expect(code).toBe(0)
    const [markdown, html] = [await read('new/two.md'), await read('new/two.html')]
    expect(markdown).toMatch(
      /\| services \| of it, Node processes, ms \| 4.89 \| 6.36 \| 1.30× \(.*\| \*\*more\*\* \|/,
    )
    for (const text of [markdown, html]) expect(text).not.toMatch(BLANKS)
    expect(html).not.toMatch(FETCHES)
    const drawings = html.match(/<svg [\s\S]*?<\/svg>/g)!
    expect(drawings).toHaveLength(2)
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
  const warnings: [string, Partial<Result>, RegExp][] = [
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
    ['other programs', { rounds: result.rounds.map((it) => ({ ...it, otherCpuShare: 0.3 })) }, /30%/],
  ]

  it.each(warnings)('is said first of all: %s', async (_, changes, warning) => {
    await write('before', result)
    await write('after', { ...result, ...changes })
    const { code, stdout } = await report('before', 'after', '--html', 'two.html')
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(warning)
    expect((await read('two.html')).match(/class="warning"/g)).toHaveLength(1)
  })

  it('is listed, and no warning, where it is expected: commit and seed', async () => {
    await write('before', result)
    const project = { ...result.project, commit: 'beefbeefbeefbeef' }
    await write('after', { ...result, project, ...options({ seed: 7 }) })
    const { stdout } = await report('before', 'after')
    expect(stdout.split('\n')[0]).toMatch(/^┌/)
    expect(stdout).toMatch(/commit +│ c0ffee00c0ff +│ beefbeefbeef/)
    expect(stdout).toMatch(/options.seed +│ 1 +│ 7/)
  })

  it('is a stack, or a measure, that only one of the runs has', async () => {
    await write('before', result)
    await write('stackless', madeUpResult({ stacks: ['monolith'] }))
    const comparison = result.comparison!.filter(({ id }) => id !== 'memory-peak')
    await write('measureless', { ...result, comparison })
    const output = await report('before', 'stackless')
    expect(output.stdout).toMatch(/only one of the runs has it: services\./)
    expect(Object.keys(verdicts(output)).filter((it) => it.startsWith('services'))).toEqual([])
    const [said] = (await report('measureless', 'before')).stdout.split('\n')
    expect(said).toMatch(/only one of the runs has it: monolith: Memory, peak; services: Memory, peak\./)
  })
})

describe('--fail-on-regression', () => {
  it.each([
    [[GATE], 1],
    [[GATE, '10'], 1],
    [[GATE, '18%'], 0],
    [[], 0],
  ])('with 18 %% more CPU time in the apps, 11 %% in all: %j exits with %i', async (args, code) => {
    await write('before', madeUpResult())
    await write('after', madeUpResult({ cpuTimes: { services: 1.18 } }))
    const output = await report('before', 'after', ...args)
    expect(output.code).toBe(code)
    const [, found = ''] = output.stdout.split(/^Regression/m)
    if (code === 1) expect(found).toMatch(/services, CPU time of Node processes: more, 4.89 ms, then 5.77 ms/)
    else expect(found).toBe('')
  })

  it('names nothing that is less', async () => {
    await write('before', madeUpResult({ cpuTimes: { services: 1.3 } }))
    await write('after', madeUpResult())
    expect(await report('before', 'after', GATE)).toMatchObject({ code: 0, stderr: '' })
  })

  it('wants the whole interval beyond the percentage', async () => {
    await write('before', madeUpResult({ noise: 0.05 }))
    await write('after', madeUpResult({ noise: 0.05, cpuTimes: { services: 1.25 } }))
    // 1.25 times, and the interval begins at about 1.17.
    expect((await report('before', 'after', GATE, '10')).code).toBe(1)
    expect((await report('before', 'after', GATE, '22')).code).toBe(0)
  })

  it('wants it beyond what the runs can resolve', async () => {
    const coarse = { noise: 0.05, controlNoise: 0.15 }
    await write('before', madeUpResult(coarse))
    await write('after', madeUpResult({ ...coarse, cpuTimes: { services: 1.25 } }))
    const output = await report('before', 'after', GATE)
    expect(changed(output)).toMatchObject({ 'services: of it, Node processes, ms': 'more' })
    expect(output.code).toBe(0)
  })

  it('is no gate with too few rounds to ever fail', async () => {
    await write('before', madeUpResult())
    await write('after', madeUpResult({ rounds: 4 }))
    const { code, stdout, stderr } = await report('before', 'after', GATE)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^after has 4 rounds.*--rounds 5/)
  })
})

describe('npm run report refuses in one line, with exit code 2,', () => {
  const good = madeUpResult()
  const refused: [string, unknown, RegExp][] = [
    [
      'a run that is not valid',
      madeUpInvalid('k6 dropped 7 iterations'),
      /not valid.*k6 dropped 7 iterations/,
    ],
    ['a result of the old format', { ...good, format: 1 }, /format 1.*npm run compare/],
    ['a result of a later format', { ...good, format: 99 }, /format 99.*later/],
    ['a file that breaks off', JSON.stringify(good).slice(0, 5000), /no result.*npm run compare/],
    ['a file of something else', [1, 2], /no result/],
    ['a result without rounds', { ...good, rounds: undefined }, /damaged.*rounds/],
    [
      'a round without figures',
      { ...good, rounds: good.rounds.map((it) => ({ ...it, load: {} })) },
      /damaged/,
    ],
    [
      'another scenario',
      { ...good, options: { ...good.options, scenario: 'browse' } },
      /browse.*--scenario checkout/,
    ],
  ]

  it.each(refused)('%s', async (_, result, reason) => {
    await write('good', good)
    await write('bad', result)
    const { code, stdout, stderr } = await report('good', 'bad', GATE)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(reason)
  })

  it.each([
    [['good', 'nowhere'], /nowhere\/result.json is not there/],
    [['good', 'good/result.json/x'], /is not there/],
    [[], /before/],
    [['good', 'good', 'good'], /arguments/],
    [['good', '--html', 'x.html'], /--html takes two runs/],
    [['good', GATE], /--fail-on-regression takes two runs/],
    [[GATE, 'good', 'good'], /percentage.*before the option/],
    [['good', 'good', GATE, '-3'], /percentage|unknown option/],
    [['good', 'good', '--html', '/dev/null/x.html'], /cannot be written/],
    [['good', 'good', '--mood'], /--mood/],
  ])('%j', async (args, reason) => {
    await write('good', good)
    const { code, stdout, stderr } = await report(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(reason)
  })
})

describe('npm run report of one run', () => {
  it('writes its reports again, and leaves its result as it is', async () => {
    await write('run', madeUpResult())
    const { code, stdout, stderr } = await report('run/')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('run/report.html')
    expect(await readdir(`${dir}/run`)).toEqual(
      expect.arrayContaining(['report.html', 'report.md', 'cpu.svg', 'ratios.svg', 'latency-settled.svg']),
    )
    expect(JSON.parse(await read('run/result.json'))).toEqual(madeUpResult())
    expect(await read('run/report.html')).not.toMatch(BLANKS)
  })

  it('takes the path of the file as well, and a run that is not valid', async () => {
    await write('run', madeUpInvalid('k6 dropped 7 iterations'))
    const { code, stdout } = await report('run/result.json')
    expect(code).toBe(0)
    expect(stdout).toContain('k6 dropped 7 iterations')
    expect(await read('run/report.md')).toContain('k6 dropped 7 iterations')
  })
})
