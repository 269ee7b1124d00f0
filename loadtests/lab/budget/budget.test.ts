import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { planAt } from './plan.ts'
import { halvesOf, readSiblings } from './topology.ts'

/** 0 up to, and not with, n. */
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

const FAR = [0, 1, 2, 3].map((core) => [core, core + 4])
const NEAR = [0, 2, 4, 6].map((core) => [core, core + 1])

describe('planAt', () => {
  it.each([
    ['no hardware threads', upTo(4), upTo(4).map((core) => [core]), [0], [1, 2, 3], []],
    ['a system that tells of none', upTo(4), [], [0], [1, 2, 3], []],
    ['threads that are numbered last', upTo(8), FAR, [0], [1, 2, 3, 5, 6, 7], [4]],
    ['threads that are neighbours', upTo(8), NEAR, [0], [2, 3, 4, 5, 6, 7], [1]],
    ['four threads to a core', upTo(8), [upTo(4), [4, 5, 6, 7]], [0], [4, 5, 6, 7], [1, 2, 3]],
    ['some cores of many', [2, 3, 5, 7], FAR, [2], [3, 5, 7], []],
    ['a thread whose sibling is not allowed', [1, 2], FAR, [1], [2], []],
    ['two threads of one core', [0, 4], FAR, [0], [4], []],
    ['more cores than it tells of', [0, 1, 4, 9], FAR, [0], [1, 9], [4]],
  ])('keeps the stack by itself on %s', (_, allowed, siblings, apps, others, idle) => {
    const place = { allowed, siblings, inAll: 8 }
    expect(planAt(place, 'fair')).toMatchObject({ cores: { apps, rest: others, k6: others, idle } })
    expect(planAt(place, 'colocated')).toMatchObject({ cores: { apps, rest: apps, k6: others, idle } })
  })

  it('says what is left idle', () => {
    const how = (allowed: number[], siblings: number[][]) =>
      planAt({ allowed, siblings, inAll: 8 }, 'fair').how
    expect(how(upTo(8), FAR)).toContain('Idle: core 4, as it is a hardware thread')
    expect(how(upTo(8), [upTo(4), [4, 5, 6, 7]])).toContain('Idle: cores 1, 2, 3, as they are')
    expect(how([0, 4], FAR)).toContain('All of these are hardware threads of one physical core')
    expect(how(upTo(4), FAR)).toMatch(/where k6 goes first\.$/)
  })

  it.each([
    [{ allowed: [0], inAll: 8 }, "of this machine's 8 cores, this command may use core 0 alone"],
    [{ allowed: [0], inAll: 1 }, 'this machine has one core'],
    [{ allowed: null, inAll: 8 }, 'that takes Linux and taskset'],
  ])('says of %j why there is none', (place, told) => {
    for (const kind of ['fair', 'colocated'] as const) {
      const { how, ...rest } = planAt({ ...place, siblings: FAR }, kind)
      expect(how).toContain(told)
      expect(rest).toEqual({ kind, cores: null })
    }
  })

  it('keeps nobody from anything by the naive budget', () => {
    const place = { allowed: upTo(8), siblings: FAR, inAll: 8 }
    expect(planAt(place, 'naive')).toMatchObject({ cores: null })
  })
})

describe('halvesOf', () => {
  it.each([
    ['no hardware threads', upTo(4), [], [0, 1], [2, 3]],
    ['an odd number', upTo(3), [], [0, 1], [2]],
    ['threads that are numbered last', upTo(8), FAR, [0, 1, 4, 5], [2, 3, 6, 7]],
    ['threads that are neighbours', upTo(8), NEAR, [0, 1, 2, 3], [4, 5, 6, 7]],
    ['two threads of one core', [0, 4], FAR, [0], [4]],
    ['one core', [0], FAR, [0], []],
  ])('parts no physical core of several: %s', (_, cores, siblings, one, other) => {
    expect(halvesOf(cores, siblings)).toEqual([one, other])
  })
})

describe('readSiblings', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(`${tmpdir()}/cpu-`)
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('reads each physical core once, as Linux tells of it', async () => {
    const lists = { cpu0: '0,2\n', cpu1: '1,3\n', cpu2: '0,2\n', cpu3: '1,3\n', cpu10: '10-11\n' }
    for (const [name, list] of Object.entries(lists)) {
      await mkdir(`${dir}/${name}/topology`, { recursive: true })
      await writeFile(`${dir}/${name}/topology/thread_siblings_list`, list)
    }
    await mkdir(`${dir}/cpufreq`)
    const siblings = await readSiblings(dir)
    expect(siblings.toSorted((a, b) => a[0]! - b[0]!)).toEqual([
      [0, 2],
      [1, 3],
      [10, 11],
    ])
  })

  it('tells of none where the system does not, or has taken a core away', async () => {
    await mkdir(`${dir}/cpu0`)
    expect(await readSiblings(dir)).toEqual([])
    expect(await readSiblings(`${dir}/missing`)).toEqual([])
  })
})
