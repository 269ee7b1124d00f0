import { type Making, madeUpInvalid, madeUpResult } from './support/compare-result.ts'
import { BLANKS } from './support/markup.ts'
import { expectRefused, inResultsDir } from './support/report-command.ts'

const { report, write, read } = inResultsDir()

/** The monolith against itself. */
const same = (making: Making = {}) =>
  madeUpResult({ stacks: ['monolith'], against: 'HEAD', count: 130, noise: 0.02, ...making })
const late = ({ block }: { block: number }) =>
  block <= 4 ? [{ kind: 'company' as const, why: 'other programs took 12%' }] : []

/** Lines of the table, cell by cell. */
const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => /^│ +\d+ │/.test(line))
    .map((line) =>
      line
        .split('│')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    )

describe('npm run report of three runs or more', () => {
  it('has a line for each, and says how far they agree', async () => {
    await write('one', same())
    await write('two', same({ marks: late, noise: 0.04 }))
    await write('three', same({ cpuTimes: { now: 1.5 } }))
    const { code, stdout, stderr } = await report('one', 'two', 'three', '--markdown', 'many.md')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [one, two, three] = linesOf(stdout)
    expect(one).toEqual([
      'one',
      '2026-01-02 03:04',
      '60',
      '10 of 10',
      expect.stringMatching(/^1\.00\d?× \(0\.9\d+–1\.0\d+\)$/),
      'cannot tell',
      expect.stringMatching(/^1\.00\d?× \(/),
      'cannot tell',
      '',
    ])
    expect(two![3]).toBe('6 of 10')
    expect(two!.at(-1)).toMatch(/^other programs took CPU time/)
    expect(stdout).toContain('chrome up to 11 %')
    expect(three!.slice(4, 6)).toEqual([expect.stringMatching(/^1\.29× \(/), 'higher'])
    const agreement = [
      'Intervals of the CPU ratio: of 3 pairs of runs, 1 overlap; apart are 1 and 3, 2 and 3.',
      'Verdicts other than "cannot tell": 1 of 6 (CPU time higher in 3). Where nothing differs, one run in twenty has one.',
    ]
    const markdown = await read('many.md')
    for (const sentence of agreement) {
      expect(stdout).toContain(sentence)
      expect(markdown).toContain(`- ${sentence}`)
    }
    expect((await report('three', 'one', 'two')).stdout).toContain('apart are 1 and 2, 1 and 3.')
    expect(markdown).toMatch(/\| 3 \| three \| .* \| higher \|/)
    for (const text of [stdout, markdown]) expect(text).not.toMatch(BLANKS)
  })

  it('counts the pairs of twenty runs', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `run-${i + 1}`)
    for (const name of names) await write(name, same({ starts: 1, blocksPerStart: 5, count: 20 }))
    const { stdout } = await report(...names)
    expect(linesOf(stdout)).toHaveLength(20)
    expect(stdout).toContain('of 190 pairs of runs, 190 overlap.')
    expect(stdout).toContain('Verdicts other than "cannot tell": 0 of 40.')
  })

  it('judges all by the rule given, and has a line for one that is not valid', async () => {
    const marks = () => late({ block: 1 })
    await write('good', madeUpResult({ starts: 1, blocksPerStart: 5, count: 20 }))
    await write('noisy', madeUpResult({ starts: 1, blocksPerStart: 5, count: 20, marks }))
    await write('bad', madeUpInvalid('the database has 99'))
    const { code, stdout } = await report('good', 'noisy', 'bad', '--strict')
    expect(code).toBe(0)
    const [good, noisy, bad] = linesOf(stdout)
    expect(good!.slice(3, 6)).toEqual(['5 of 5', expect.stringMatching(/^3\.0\d× /), 'higher'])
    expect(noisy!.slice(3, 6)).toEqual(['0 of 0', 'not valid', ''])
    expect(noisy!.at(-1)).toMatch(/^5 of 5 blocks were disturbed/)
    expect(bad!.at(-1)).toMatch(/^monolith, block 1: the/)
    expect(linesOf((await report('good', 'noisy', 'bad')).stdout)[1]!.slice(3, 5)).toEqual([
      '0 of 5',
      expect.stringMatching(/^3\.0\d× /),
    ])
  })

  it('refuses runs that do not compare the same', async () => {
    await write('one', same())
    await write('other', madeUpResult())
    expectRefused(
      await report('one', 'one', 'other'),
      /one is of monolith before and monolith now, other of monolith and services/,
    )
  })
})
