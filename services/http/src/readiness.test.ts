import assert from 'node:assert/strict'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { followReadiness } from './readiness.ts'

/** A pool that only remembers, and replicas that say what they are told to. */
function world() {
  const inPool = new Set<string>()
  const unready = new Set<string>()
  const asked = new Set<string>()
  const pool = {
    addUpstream: (origin: string) => inPool.add(origin),
    removeUpstream: (origin: string) => inPool.delete(origin),
  }
  const isReady = async (origin: string) => {
    asked.add(origin)
    return !unready.has(origin)
  }
  return { inPool, unready, asked, pool, isReady }
}

const members = (set: Set<string>) => [...set].sort()

describe('the replicas that get calls', () => {
  let stop = () => {}
  afterEach(() => stop())

  it('are those that say that they are ready, from the moment they say so', async () => {
    const { inPool, unready, pool, isReady } = world()
    const replicas = followReadiness(pool, isReady)
    stop = replicas.stop
    for (const origin of ['a', 'b', 'c']) replicas.addUpstream(origin)
    expect(members(inPool)).toEqual(['a', 'b', 'c'])
    unready.add('b')
    await eventually(async () => assert.deepEqual(members(inPool), ['a', 'c']))
    unready.delete('b')
    await eventually(async () => assert.deepEqual(members(inPool), ['a', 'b', 'c']))
  })

  it('are all of them when none is ready', async () => {
    const { inPool, unready, asked, pool, isReady } = world()
    const replicas = followReadiness(pool, isReady)
    stop = replicas.stop
    for (const origin of ['a', 'b']) {
      unready.add(origin)
      replicas.addUpstream(origin)
    }
    await eventually(async () => assert.deepEqual(members(asked), ['a', 'b']))
    await eventually(async () => assert.deepEqual(members(inPool), ['a', 'b']))
    unready.delete('a')
    await eventually(async () => assert.deepEqual(members(inPool), ['a']))
  })

  it('are the lone one, which nobody asks, and no longer one whose address is gone', async () => {
    const { inPool, unready, asked, pool, isReady } = world()
    const replicas = followReadiness(pool, isReady)
    stop = replicas.stop
    for (const origin of ['a', 'b']) replicas.addUpstream(origin)
    unready.add('a')
    await eventually(async () => assert.deepEqual(members(inPool), ['b']))
    replicas.removeUpstream('b')
    await eventually(async () => assert.deepEqual(members(inPool), ['a']))
    asked.clear()
    replicas.addUpstream('b')
    await eventually(async () => assert.deepEqual(members(asked), ['a', 'b']))
    expect(members(inPool)).toEqual(['b'])
  })
})
