import assert from 'node:assert/strict'
import { eventually } from '@shop/shared/testing/eventually.ts'
import { followAddresses } from './addresses.ts'

/** A pool that only remembers, and a name server that says what it is told to. */
function world() {
  const origins = new Set<string>()
  const names: Record<string, string[]> = {}
  const pool = {
    addUpstream: (origin: string) => origins.add(origin),
    removeUpstream: (origin: string) => origins.delete(origin),
  }
  const lookup = async (hostname: string) => {
    const addresses = names[hostname]
    if (!addresses) throw new Error(`no such host: ${hostname}`)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { origins, names, pool, lookup }
}

describe('the addresses behind upstream URLs', () => {
  let stop = () => {}
  afterEach(() => stop())

  it('are those of the name, and the address itself where the URL has one', async () => {
    const { origins, names, pool, lookup } = world()
    names.orders = ['10.0.0.1', 'fd00::1']
    const following = followAddresses(['http://orders:4001', 'http://127.0.0.1:5001'], pool, lookup)
    stop = following.stop
    const all = ['http://10.0.0.1:4001', 'http://127.0.0.1:5001', 'http://[fd00::1]:4001']
    await eventually(async () => assert.deepEqual([...origins].sort(), all))
  })

  it('come and go as the name resolves, and stay while it does not', async () => {
    const { origins, names, pool, lookup } = world()
    names.orders = ['10.0.0.1', '10.0.0.2']
    const following = followAddresses(['http://orders:4001'], pool, lookup)
    stop = following.stop
    await eventually(async () => assert.equal(origins.size, 2))
    names.orders = ['10.0.0.2', '10.0.0.3']
    await eventually(async () =>
      assert.deepEqual([...origins].sort(), ['http://10.0.0.2:4001', 'http://10.0.0.3:4001']),
    )
    let asked = 0
    Object.defineProperty(names, 'orders', { get: () => void asked++ })
    await eventually(async () => assert.ok(asked > 1))
    expect(origins.size).toBe(2)
  })

  it('are found later where the name is not there at first', async () => {
    const { origins, names, pool, lookup } = world()
    let asked = 0
    const counted = (name: string) => {
      asked++
      return lookup(name)
    }
    stop = followAddresses(['http://orders:4001'], pool, counted).stop
    await eventually(async () => assert.ok(asked > 1))
    expect(origins.size).toBe(0)
    names.orders = ['10.0.0.1']
    await eventually(async () => assert.equal(origins.size, 1))
  })

  it('are asked for one at a time, so that an answer that took long does not undo a newer one', async () => {
    const { origins, pool } = world()
    const answers: ((address: string) => void)[] = []
    const slow = () =>
      new Promise<{ address: string; family: number }[]>((resolve) => {
        answers.push((address) => resolve([{ address, family: 4 }]))
      })
    stop = followAddresses(['http://orders:4001', 'http://stock:4002'], pool, slow).stop
    answers[1]!('10.0.1.1')
    // The other name is asked for again and again, and this one is not.
    await eventually(async () => assert.ok(answers.length > 2))
    answers[2]!('10.0.1.2')
    await eventually(async () => assert.deepEqual([...origins], ['http://10.0.1.2:4002']))
    answers[0]!('10.0.0.1')
    await eventually(async () => assert.ok(origins.has('http://10.0.0.1:4001')))
    expect(answers.length).toBeLessThan(6)
  })
})
