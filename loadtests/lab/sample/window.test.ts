import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { sum } from 'simple-statistics'
import { ENDLESS, startStranger, untilUsed } from '../../../tests/support/stranger.ts'
import type { ProcessEntry } from './processes.ts'
import { readTable, TELLS_OF_ENDED } from './reader.ts'
import { busiest, type Company, companyText, type Laboratory, openWindow } from './window.ts'

const alone: Laboratory = { roots: () => [] }
/** Two windows open and close one after the other, and others may be busy in between. */
const ABOUT_MS = 350

type Closed = ReturnType<ReturnType<typeof openWindow>>

/** What company took of all cores, in milliseconds. */
const msOf = ({ seconds, company }: Closed) => company.share * seconds * 1000 * cpus().length

describe('openWindow', () => {
  it('sees a program that is not of the laboratory, and tells its name', async () => {
    const stranger = await startStranger('a stranger (x')
    // The two windows differ in nothing but that the stranger is of the laboratory in one.
    const [closeWithout, closeWith] = [openWindow(alone), openWindow({ roots: () => [stranger.pid] })]
    const before = await untilUsed(stranger.pid, 0)
    const used = (await untilUsed(stranger.pid, before + 800)) - before
    const [without, withIt] = [closeWithout(), closeWith()]
    await stranger.end()

    expect(msOf(without)).toBeGreaterThan(used - ABOUT_MS)
    expect(Math.abs(msOf(without) - msOf(withIt) - used)).toBeLessThan(ABOUT_MS)
    const shareUsed = used / (without.seconds * 1000 * cpus().length)
    const { programs } = without.company
    // On a machine that is very busy, three others may be busier.
    const named = programs.find(({ name }) => name === stranger.name) ?? programs[2]
    expect(named!.share).toBeGreaterThan(shareUsed / 2)
    expect(withIt.company.programs.map(({ name }) => name)).not.toContain(stranger.name)
  })

  it("takes for the laboratory's own what owns() says", async () => {
    const stranger = await startStranger('owned')
    const [closeWithout, closeWith] = [
      openWindow(alone),
      openWindow({ ...alone, owns: ({ name, pid }) => name === 'owned' && pid === stranger.pid }),
    ]
    const before = await untilUsed(stranger.pid, 0)
    const used = (await untilUsed(stranger.pid, before + 800)) - before
    const [without, withIt] = [closeWithout(), closeWith()]
    await stranger.end()
    expect(Math.abs(msOf(without) - msOf(withIt) - used)).toBeLessThan(ABOUT_MS)
    expect(withIt.company.programs.map(({ name }) => name)).not.toContain('owned')
  })

  it("counts what this process has started as the laboratory's", async () => {
    const close = openWindow(alone)
    const busy = cpus().map(() => spawn('/bin/sh', ['-c', ENDLESS]))
    const used = await Promise.all(busy.map(({ pid }) => untilUsed(pid!, 400)))
    const closed = close()
    await Promise.all(busy.map(end))
    expectNoMoreThanTheRest(closed, sum(used))
    expect(closed.company.programs.map(({ name }) => name)).not.toContain('sh')
  })

  const onLinux = TELLS_OF_ENDED ? it : it.skip

  onLinux('counts what has ended since, and what that had started', async () => {
    const reapedMs = () => readTable().get(process.pid)!.reapedMs
    const some = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'
    const before = reapedMs()
    const close = openWindow(alone)
    const busy = cpus().map(() => spawn('/bin/sh', ['-c', `${some}; /bin/sh -c '${some}'; exit`]))
    await Promise.all(busy.map((child) => once(child, 'exit')))
    expectNoMoreThanTheRest(close(), reapedMs() - before)
  })

  onLinux('misses little of what ends unseen, when told that something does', async () => {
    const dir = await mkdtemp(`${tmpdir()}/window-`)
    const owns = ({ name }: { name: string }) => name === 'short-lived'
    const [closeBlind, closeSeeing] = [
      openWindow({ ...alone, owns }),
      openWindow({ ...alone, owns, endsUnseen: true }),
    ]
    const script = `${dir}/short-lived`
    await writeFile(script, `#!/bin/sh\nwhile [ ! -e ${dir}/enough ]; do :; done\n`, { mode: 0o755 })
    // Who waits for it is not of the laboratory.
    const waiting = await startStranger('waiting', `${script}; exec sleep 60`)
    const { pid } = await childOf(waiting.pid, 'short-lived')
    // It cannot have used so much before it was looked at.
    const used = await untilUsed(pid, 1_500)
    await writeFile(`${dir}/enough`, '')
    while (readTable().has(pid)) await delay(20)
    const [blind, seeing] = [closeBlind(), closeSeeing()]
    await waiting.end()
    await rm(dir, { recursive: true })
    expect(msOf(blind) - msOf(seeing)).toBeGreaterThan(used / 3)
  })

  it('adds what runs elsewhere, and keeps the sign', () => {
    let ms = 0
    const close = openWindow({ ...alone, elsewhereMs: () => ms })
    ms = 1_000_000
    expect(close().company.share).toBeLessThan(-1)
  })
})

/** What some took, nobody else can have. */
function expectNoMoreThanTheRest(closed: Closed, takenMs: number) {
  const taken = takenMs / (closed.seconds * 1000 * cpus().length)
  expect(closed.company.share).toBeLessThan(1 - taken + 0.1)
}

async function childOf(parent: number, name: string): Promise<ProcessEntry> {
  for (;;) {
    const found = [...readTable().values()].find((it) => it.parent === parent && it.name === name)
    if (found) return found
    await delay(20)
  }
}

async function end(child: ChildProcess) {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('companyText', () => {
  const company = (share: number, stolen: number, ...programs: Company['programs']) => ({
    share,
    stolen,
    programs,
  })

  it.each([
    [company(0.123, 0), "other programs took 12% of this machine's CPU time"],
    [
      company(0.15, 0, { name: 'chrome', share: 0.112 }, { name: 'backupd', share: 0.03 }),
      "other programs took 15% of this machine's CPU time (chrome 11%, backupd 3%)",
    ],
    [company(0.12, 0.04), "other programs took 8% of this machine's CPU time, the host took 4%"],
    [company(0.06, 0.06), "the host took 6% of this machine's CPU time"],
    [company(-0.02, 0), "other programs took -2% of this machine's CPU time"],
  ])('says of %j', (of, text) => {
    expect(companyText(of)).toBe(text)
  })
})

describe('busiest', () => {
  it('names three above one percent, none with more than all of them had together', () => {
    const used = new Map([
      ['quiet', 5],
      ['chrome', 110],
      ['tsc', 30],
      ['cc', 20],
      ['ld', 15],
    ])
    expect(busiest(used, 1000, 0.18)).toEqual([
      { name: 'chrome', share: 0.11 },
      { name: 'tsc', share: 0.03 },
      { name: 'cc', share: 0.02 },
    ])
    // An orphan's whole life, in one window.
    expect(busiest(new Map([['init', 2000]]), 1000, 0.2)).toEqual([{ name: 'init', share: 0.2 }])
    expect(busiest(new Map([['init', 2000]]), 1000, -0.01)).toEqual([])
  })
})
