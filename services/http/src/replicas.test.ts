import assert from 'node:assert/strict'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { createReplicas, type Replicas } from './replicas.ts'

const [A, B, C] = ['http://a', 'http://b', 'http://c'] as const
const BREAK_AFTER = 10

/** Replicas that say what they are told to. */
function world() {
  const unready = new Set<string>()
  const dead = new Set<string>()
  const asked = { ready: new Set<string>(), alive: new Set<string>() }
  const look = {
    async isReady(origin: string) {
      asked.ready.add(origin)
      return !unready.has(origin) && !dead.has(origin)
    },
    async isAlive(origin: string) {
      asked.alive.add(origin)
      return !dead.has(origin)
    },
    close: async () => undefined,
  }
  const replicas = createReplicas('orders', look, { warn: () => undefined })
  return { replicas, unready, dead, asked }
}

/** Those that get calls, asked for often enough to see each. */
const called = (replicas: Replicas) =>
  [...new Set(Array.from({ length: 12 }, () => replicas.next()?.origin))].sort()

const becomes = (replicas: Replicas, origins: string[]) =>
  eventually(async () => assert.deepEqual(called(replicas), origins))

describe('the replicas that get calls', () => {
  let replicas: Replicas
  let is: ReturnType<typeof world>
  beforeEach(() => {
    is = world()
    replicas = is.replicas
  })
  afterEach(() => replicas.stop())
  const fail = (replica: ReturnType<Replicas['next']>, times = BREAK_AFTER) => {
    const { circuit } = replica!
    const { era } = circuit
    for (let i = 0; i < times; i++) circuit.failed(era)
  }

  it('are those that say that they are ready, from the moment they say so', async () => {
    for (const origin of [A, B, C]) replicas.addUpstream(origin)
    expect(called(replicas)).toEqual([A, B, C])
    is.unready.add(B)
    await becomes(replicas, [A, C])
    is.unready.delete(B)
    await becomes(replicas, [A, B, C])
  })

  it('are all of them when none is ready', async () => {
    for (const origin of [A, B]) {
      is.unready.add(origin)
      replicas.addUpstream(origin)
    }
    await eventually(async () => assert.deepEqual([...is.asked.ready].sort(), [A, B]))
    await becomes(replicas, [A, B])
    is.unready.delete(A)
    await becomes(replicas, [A])
  })

  it('are the lone one, which nobody asks, and no longer one whose address is gone', async () => {
    for (const origin of [A, B]) replicas.addUpstream(origin)
    is.unready.add(A)
    await becomes(replicas, [B])
    replicas.removeUpstream(B)
    await becomes(replicas, [A])
    is.asked.ready.clear()
    replicas.addUpstream(B)
    await eventually(async () => assert.deepEqual([...is.asked.ready].sort(), [A, B]))
    expect(called(replicas)).toEqual([B])
  })

  it('are another than the last one, where there is a choice', () => {
    expect(replicas.next()).toBeUndefined()
    replicas.addUpstream(A)
    const a = replicas.next()
    expect(replicas.next(a)).toBe(a)
    replicas.addUpstream(B)
    for (let i = 0; i < 5; i++) expect(replicas.next(a)?.origin).toBe(B)
  })

  it('are not those that failed ten times in a row, until a look finds them alive', async () => {
    for (const origin of [A, B]) replicas.addUpstream(origin)
    is.dead.add(A)
    const a = [replicas.next(), replicas.next()].find((it) => it?.origin === A)
    fail(a)
    expect(called(replicas)).toEqual([B])
    is.dead.delete(A)
    await becomes(replicas, [A, B])
  })

  it('are none while all of them fail, though they say that they are ready', () => {
    for (const origin of [A, B]) replicas.addUpstream(origin)
    fail(replicas.next())
    expect(replicas.callable).toBe(1)
    fail(replicas.next())
    expect([replicas.callable, replicas.count, replicas.next()]).toEqual([0, 2, undefined])
  })

  it('are not those that hang: calls wait, nothing comes back, and nobody answers a look', async () => {
    replicas.addUpstream(A)
    const a = replicas.next()!
    Object.assign(a, { waiting: 1, heardAt: performance.now() - 2_000 })
    is.dead.add(A)
    await eventually(async () => assert.equal(replicas.callable, 0))
    is.dead.delete(A)
    await becomes(replicas, [A])
  })

  it('are those, too, that are slow and alive', async () => {
    replicas.addUpstream(A)
    const a = replicas.next()!
    Object.assign(a, { waiting: 1, heardAt: performance.now() - 2_000 })
    await eventually(async () => assert.ok(is.asked.alive.has(A)))
    expect(called(replicas)).toEqual([A])
    // It was heard of: the next look is a while off.
    await eventually(async () => assert.ok(performance.now() - a.heardAt < 1_000))
  })
})
