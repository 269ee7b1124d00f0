import { LENIENT, madeUpRecord, madeUpResult, STRICT } from '../../../tests/support/compare-result.ts'
import { judge } from './judge.ts'
import type { Mark } from './marks.ts'

const COMPANY: Mark = { kind: 'company', why: 'other programs took 12%' }
const LATE: Mark = { kind: 'k6-late', why: 'k6 was late' }
const few = { count: 10 }

describe('notesOf', () => {
  it('has nothing to say of a full run that nothing disturbed', () => {
    expect(madeUpResult(few).notes).toEqual([])
  })

  it('says in how many blocks and rounds, what, and by which program', () => {
    const marks = ({ block, position }: { block: number; position: number }) => [
      ...(block === 2 ? [COMPANY] : []),
      ...(block === 5 && position === 1 ? [LATE] : []),
    ]
    expect(madeUpResult({ ...few, marks }).notes).toEqual([
      'Noisy: something disturbed 2 of 10 blocks. Of 40 rounds: other programs took CPU time in 4 (chrome up to 11 %); the load generator (k6) started requests late in 1. The column "how sure" says how much each row suffers from it.',
    ])
  })

  it('names the host of a virtual machine, the worst round, and nobody who took little', () => {
    const { rounds, ...record } = madeUpRecord({ ...few, marks: () => [COMPANY] })
    const shared = rounds.map((round, i) => ({
      ...round,
      company: {
        share: 0.2,
        stolen: i === 3 ? 0.13 : 0.01,
        programs: [
          { name: 'backupd', share: i === 7 ? 0.08 : 0.03 },
          { name: 'sshd', share: 0.015 },
        ],
      },
    }))
    const [note] = judge({ ...record, rounds: shared }, LENIENT).notes
    expect(note).toContain('(backupd up to 8 %, the host of this virtual machine up to 13 %)')
  })

  it('does not count what only blocks have that do not count', () => {
    const marks = ({ block }: { block: number }) => (block === 1 ? [LATE] : [])
    expect(madeUpResult({ ...few, marks }, {}, STRICT).notes.join()).not.toContain('late')
  })

  it('says what was tolerated, which then disturbs nothing', () => {
    const marks = () => [LATE]
    expect(madeUpResult({ ...few, marks }, {}, { strict: false, tolerate: ['k6-late'] }).notes).toEqual([
      expect.stringMatching(/^Not held against any round, as was asked \(--tolerate\): .*late/),
    ])
  })

  it('does not speak of what is tolerated in a round that something else disturbed', () => {
    const marks = () => [LATE, COMPANY]
    const [note] = madeUpResult({ ...few, marks }, {}, { strict: false, tolerate: ['k6-late'] }).notes
    expect(note).toMatch(
      /^Noisy: .* rounds: other programs took CPU time in 40 \(chrome up to 11 %\)\. The column/,
    )
  })

  it('says that one start is one look, and when blocks are too few', () => {
    const blocks = (blocksPerStart: number) => madeUpResult({ ...few, starts: 1, blocksPerStart }).notes
    expect(blocks(6)).toEqual([expect.stringMatching(/^All 6 blocks ran on one start of the processes/)])
    expect(blocks(4)).toEqual(['4 blocks are too few for a verdict, which takes 5.'])
    expect(blocks(1)).toEqual(['One block is too few for a verdict, which takes 5.'])
  })

  it('says when a run was ended by hand, was cut off, was not audited, did not stop in order', () => {
    const record = madeUpRecord(few)
    const ending = { ...record.ending!, because: 'asked' as const, complaints: ['orders had to be killed'] }
    expect(judge({ ...record, ending }, LENIENT).notes).toEqual([
      expect.stringContaining('ended by hand'),
      'At a stop: orders had to be killed.',
    ])
    expect(judge({ ...record, audit: [], ending: null }, LENIENT).notes).toEqual([
      expect.stringContaining('cut off'),
      expect.stringContaining('not audited'),
    ])
  })
})
