import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { madeUpResult } from '../../../tests/support/compare-result.ts'
import { readRecord, recordTo } from './record.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/record-`)
})
afterEach(() => rm(dir, { recursive: true }))

const result = madeUpResult()
const write = (file: string, text: string) => writeFile(`${dir}/${file}`, text)

describe('what a run has written down', () => {
  it('is read back, to the round, though its last line was cut off', async () => {
    const recorder = await recordTo(dir)
    await recorder.note({ facts: result })
    for (const round of result.rounds) await recorder.note({ round })
    await writeFile(`${dir}/rounds.jsonl`, '{"round":{"blo', { flag: 'a' })
    const { rounds, audit, ending } = await readRecord(dir)
    expect({ rounds, audit, ending }).toEqual({ rounds: result.rounds, audit: [], ending: null })
  })

  it('goes with the next run that writes there', async () => {
    await write('result.json', JSON.stringify(result))
    await write('rounds.jsonl', 'old')
    await recordTo(dir)
    expect(await readdir(dir)).toEqual(['rounds.jsonl'])
    await expect(readRecord(dir)).rejects.toThrow('ended before its first block')
  })

  it('tells more than a report that was made before its end', async () => {
    const recorder = await recordTo(dir)
    await recorder.note({ facts: result })
    for (const round of result.rounds) await recorder.note({ round })
    const half = { ...result, rounds: result.rounds.slice(0, 4), ending: null }
    await write('result.json', JSON.stringify(half))
    expect((await readRecord(dir)).rounds).toHaveLength(result.rounds.length)
    await write('result.json', JSON.stringify({ ...half, ending: result.ending }))
    expect((await readRecord(dir)).rounds).toHaveLength(4)
  })

  it.each([
    ['result.json', '{', 'is damaged'],
    ['rounds.jsonl', '{\n{}\n', 'is damaged'],
    ['result.json', '{"format":2}', 'another method'],
    ['other.json', '{}', 'no result.json'],
  ])('is refused where it says nothing: %s, %s', async (file, text, why) => {
    await write(file, text)
    await expect(readRecord(dir)).rejects.toThrow(why)
  })
})
