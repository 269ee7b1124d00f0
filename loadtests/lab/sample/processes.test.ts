import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { cpus, platform, tmpdir, uptime } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseSchedstat, parseStat, readProcesses } from './linux.ts'
import { treeOf } from './processes.ts'
import { parseRow } from './ps.ts'
import { readMachine } from './reader.ts'
import { startSampling } from './sampler.ts'

const entry = (pid: number, parent: number) => ({
  pid,
  parent,
  name: '',
  cpuMs: 0,
  reapedMs: 0,
  residentBytes: 0,
})

describe('treeOf', () => {
  const table = new Map(
    [entry(1, 0), entry(5, 1), entry(9, 5), entry(7, 9), entry(8, 1)].map((it) => [it.pid, it]),
  )

  it('finds a process and all below it', () => {
    expect(treeOf(table, 5).map(({ pid }) => pid)).toEqual([5, 9, 7])
  })

  it('is empty for a process that is not there', () => {
    expect(treeOf(table, 4)).toEqual([])
  })
})

describe('parseStat', () => {
  it('reads CPU times and pages, whatever the name', () => {
    const line =
      '4711 (a) b (c 7) S 42 4711 4711 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 11 0 12345 99999 250 18446744073709551615'
    expect(parseStat(line, 10, 4096)).toEqual({
      pid: 4711,
      parent: 42,
      name: 'a) b (c 7',
      began: 12345,
      cpuMs: 2000,
      reapedMs: 500,
      residentBytes: 250 * 4096,
    })
  })
})

describe('parseSchedstat', () => {
  it('is the first number, of nanoseconds', () => {
    expect(parseSchedstat('1234567 99 3\n')).toBeCloseTo(1.234567, 9)
    expect(parseSchedstat('')).toBe(0)
  })
})

describe('readProcesses', () => {
  const onLinux = platform() === 'linux' ? it : it.skip

  const ifTold = existsSync('/proc/self/schedstat') ? it : it.skip
  ifTold('counts what is less than a tick of the kernel, where the scheduler tells', async () => {
    const children = Array.from({ length: 5 }, () => spawn('/bin/sh', ['-c', 'echo ready; read wait']))
    await Promise.all(children.map((child) => once(child.stdout, 'data')))
    const table = readProcesses()
    const spent = children.map(({ pid }) => table.get(pid!)!.cpuMs)
    for (const child of children) child.stdin.end()
    // A shell that has only started has used about a millisecond, which ticks of ten cut off.
    for (const ms of spent) expect(ms).toBeGreaterThan(0)
    expect(spent.some((ms) => !Number.isInteger(ms))).toBe(true)
  })

  onLinux.each([
    ['', 'busy-bee'],
    ['npm run some/thing', 'npm'],
  ])('calls a Node process with the title %j by the name of its program', async (title, name) => {
    const dir = await mkdtemp(`${tmpdir()}/named-`)
    await symlink(process.execPath, `${dir}/busy-bee`)
    const child = spawn(`${dir}/busy-bee`, [
      ...(title ? ['--title', title] : []),
      ...['-e', `console.log('up'); setInterval(() => {}, 1000)`],
    ])
    await once(child.stdout, 'data')
    const entry = readProcesses().get(child.pid!)
    child.kill()
    await once(child, 'exit')
    await rm(dir, { recursive: true })
    expect(entry).toMatchObject({ name, parent: process.pid })
  })

  onLinux('calls threads of the kernel so, whatever theirs are', () => {
    const kernel = [...readProcesses().values()].filter(({ parent, pid }) => parent === 2 || pid === 2)
    // A container has none.
    expect(new Set(kernel.map(({ name }) => name)).size).toBeLessThanOrEqual(1)
  })
})

describe('readMachine', () => {
  it('tells less idle time than there was time, and more of it later', async () => {
    const before = readMachine()
    expect(before.cores).toBe(cpus().length)
    let after = before
    while (after.idleMs === before.idleMs) after = await delay(20).then(readMachine)
    expect(after.idleMs).toBeGreaterThan(before.idleMs)
    expect(after.idleMs).toBeLessThanOrEqual(uptime() * 1000 * after.cores * 1.01)
    expect(after.stolenMs).toBeGreaterThanOrEqual(0)
  })
})

describe('parseRow', () => {
  it.each([
    ['  12     1   0:01.50   2048 sh', 1_500, 'sh'],
    ['  12     1  12:34.00   2048 /usr/bin/sh', 754_000, 'sh'],
    ['  12     1  01:00:00   2048 -zsh', 3_600_000, '-zsh'],
    [
      '  12     1 2-01:00:01  2048 /Applications/Some App.app/Contents/MacOS/Some App',
      176_401_000,
      'Some App',
    ],
  ])('reads %s', (row, cpuMs, name) => {
    expect(parseRow(row)).toEqual({
      pid: 12,
      parent: 1,
      name,
      cpuMs,
      reapedMs: 0,
      residentBytes: 2_097_152,
    })
  })
})

describe('startSampling', () => {
  // By CPU time and not by the clock, so that a machine with other work gives it all the same.
  const BUSY =
    'const spent = () => { const { user, system } = process.cpuUsage(); return user + system }; while (spent() < 400_000); '

  it('counts the CPU time of a child, and of the child that it had', async () => {
    const script = `${BUSY} require('child_process').spawnSync(process.execPath, ['-e', '${BUSY}'])`
    const sampler = startSampling([])
    const child = spawn(process.execPath, ['-e', script])
    sampler.addChild({ name: 'busy', pid: child.pid! })
    await once(child, 'exit')
    const [usage] = sampler.stop()
    expect(usage!.name).toBe('busy')
    expect(usage!.cpuMs).toBeGreaterThan(750)
    expect(usage!.cpuMs).toBeLessThan(2_000)
  })

  it('measures memory that a process holds', async () => {
    const script = `globalThis.held = Buffer.alloc(200 * 1024 * 1024, 1); console.log('held'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['-e', script])
    await once(child.stdout, 'data')
    const [usage] = startSampling([{ name: 'holder', pid: child.pid! }]).stop()
    child.kill()
    await once(child, 'exit')
    expect(usage!.memoryMiB.median).toBeGreaterThan(200)
    expect(usage!.memoryMiB.peak).toBeLessThan(400)
  })

  it('refuses a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(() => startSampling([{ name: 'gone', pid: child.pid! }])).toThrow('gone has ended')
  })
})
