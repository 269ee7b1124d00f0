import { completeRounds, type Figures } from '../loadtests/lab/ladder/figures.ts'
import { readPgbenchLog } from '../loadtests/lab/ladder/pgbench-log.ts'
import { pgbenchScript } from '../loadtests/lab/ladder/pgbench-script.ts'
import { planTurns } from '../loadtests/lab/ladder/plan.ts'
import { LADDER, type RungName, rungsOf } from '../loadtests/lab/ladder/rungs.ts'
import {
  checkoutStatements,
  linesOf,
  orderRow,
  readStatements,
  recordingPool,
  reserved,
} from '../loadtests/lab/ladder/statements.ts'
import { untilCalm } from '../loadtests/lab/ladder/turn.ts'
import { judgeTurn } from '../loadtests/lab/ladder/void.ts'
import { waterfall } from '../loadtests/lab/ladder/waterfall.ts'
import { placeBarely } from '../loadtests/rungs/place.ts'
import { madeUpTurn } from './support/made-up-turns.ts'

const everyRung = () => true

describe('a plan of turns', () => {
  it('gives every rung one turn under each load in every round', () => {
    const turns = planTurns(['checkout', 'read'], 3, 7, everyRung)
    for (const round of [1, 2, 3]) {
      const own = turns.filter((it) => it.round === round)
      expect(own.map(({ position }) => position)).toEqual(own.map((_, i) => i + 1))
      for (const load of ['checkout', 'read'] as const) {
        const rungs = own.filter((it) => it.load === load).map(({ rung }) => rung)
        expect(rungs.toSorted()).toEqual(rungsOf(load).toSorted())
      }
    }
  })

  it('keeps the turns of one load together, and gives them the same choices', () => {
    const [first] = [planTurns(['checkout', 'read'], 1, 3, everyRung)]
    const changes = first.filter(({ load }, i) => i > 0 && load !== first[i - 1]!.load)
    expect(changes).toHaveLength(1)
    expect(new Set(first.map(({ seed }) => seed)).size).toBe(1)
  })

  it('follows from the seed, and differs from round to round', () => {
    const orders = (seed: number) => {
      const rounds = Map.groupBy(planTurns(['checkout'], 8, seed, everyRung), ({ round }) => round)
      return [...rounds.values()].map((turns) => turns.map(({ rung }) => rung).join())
    }
    expect(orders(5)).toEqual(orders(5))
    expect(orders(5)).not.toEqual(orders(6))
    expect(new Set(orders(5)).size).toBeGreaterThan(2)
  })

  it('leaves out what is not there', () => {
    const turns = planTurns(['read'], 1, 1, (rung) => rung !== 'proxy' && rung !== 'database')
    expect(turns.map(({ rung }) => rung).toSorted()).toEqual(['bare', 'gateway', 'monolith', 'services'])
  })
})

describe('a waterfall', () => {
  const turns = LADDER.flatMap((rung, i) => [
    madeUpTurn(rung, 1, { appMs: 100 * (i + 1), postgresMs: 300 + i, p50Ms: 2 + i }),
    madeUpTurn(rung, 2, { appMs: 110 * (i + 1), postgresMs: 310 + i, p50Ms: 3 + i * i }),
  ])

  it('attributes all there is: what the rungs add sums up to the highest', () => {
    for (const what of ['cpu', 'p50'] as const) {
      const { steps, rounds } = waterfall(turns, 'checkout', what)
      expect(rounds).toBe(2)
      expect(steps.map(({ rung }) => rung)).toEqual(LADDER)
      let total = 0
      for (const step of steps) {
        total += step.added.mean
        expect(step.total).toBeCloseTo(total, 9)
      }
    }
  })

  it('says what each rung adds, in milliseconds for each piece of work', () => {
    const { steps } = waterfall(turns, 'checkout', 'cpu')
    // 1,000 orders: (100 + 300 + 110 + 310) / 2 / 1000, then (100 + 1 + 110 + 1) / 2 / 1000.
    expect(steps[0]!.total).toBeCloseTo(0.41, 9)
    expect(steps[0]!.added.mean).toBeCloseTo(0.41, 9)
    expect(steps[1]!.added.mean).toBeCloseTo(0.106, 9)
  })

  it('leaves out rounds in which a rung is void, whole', () => {
    const voided = turns.map((it) =>
      it.rung === 'gateway' && it.round === 2 ? { ...it, void: ['late'] } : it,
    )
    const { steps, rounds } = waterfall(voided, 'checkout', 'p50')
    expect(rounds).toBe(1)
    expect(steps.map(({ total }) => total)).toEqual([2, 3, 4, 5, 6])
  })

  it('begins at the lowest rung that was measured', () => {
    const { steps } = waterfall(
      turns.filter(({ rung }) => rung !== 'database'),
      'checkout',
      'p50',
    )
    expect(steps[0]).toMatchObject({ rung: 'bare', added: { mean: steps[0]!.total } })
  })

  it('is empty when no round is complete', () => {
    const voided = turns.map((it) => (it.rung === 'bare' ? { ...it, void: ['late'] } : it))
    expect(waterfall(voided, 'checkout', 'cpu').steps).toEqual([])
    expect(waterfall([], 'read', 'cpu').steps).toEqual([])
  })
})

describe('complete rounds', () => {
  it('pairs turns of the same round, in the order of the rounds', () => {
    const turn = (rung: RungName, round: number, reasons: string[] = []): Figures => ({
      ...madeUpTurn(rung, round, {}),
      void: reasons,
    })
    const turns = [
      turn('bare', 3),
      turn('monolith', 1),
      turn('bare', 1),
      turn('bare', 2),
      turn('monolith', 3),
    ]
    const rounds = completeRounds([...turns, turn('monolith', 2, ['no'])], ['bare', 'monolith'])
    expect(rounds.bare.map(({ round }) => round)).toEqual([1, 3])
    expect(rounds.monolith.map(({ round }) => round)).toEqual([1, 3])
  })

  it('take a turn that was measured anew for the one that was void', () => {
    const [void_, anew] = [['no'], []].map((reasons, i) => ({
      ...madeUpTurn('bare', 1, { p50Ms: i }),
      void: reasons,
    }))
    expect(completeRounds([void_!, anew!], ['bare']).bare).toEqual([anew])
  })
})

describe('measuring until a turn is calm', () => {
  const attempt = (reasons: string[], disturbed: string[] = []) => ({
    ...madeUpTurn('bare', 1, {}),
    void: reasons,
    disturbed,
  })

  it('keeps what was void, and ends with the first that is neither void nor disturbed', async () => {
    const attempts = [attempt(['no']), attempt([]), attempt([])]
    const next = attempts.values()
    expect(await untilCalm(async () => next.next().value!)).toEqual(attempts.slice(0, 2))
  })

  it('gives up after three, each of which draws orders of its own', async () => {
    const seeds = new Set<number>()
    const measure = async (more: number) => {
      seeds.add(more)
      return attempt(['no'])
    }
    expect(await untilCalm(measure)).toHaveLength(3)
    expect(seeds.size).toBe(3)
  })

  it('lets the last count when all were disturbed', async () => {
    const attempts = await untilCalm(async () => attempt([], ['company']))
    expect(attempts).toEqual([attempt(['company']), attempt(['company']), attempt([], ['company'])])
    expect(completeRounds(attempts, ['bare']).bare).toEqual([attempts[2]])
  })
})

describe('a turn', () => {
  const seen = {
    done: 100,
    dropped: 0,
    requests: 105,
    failed: 0,
    p50Ms: 3,
    orders: { answered: 100, lost: 0 },
  }
  const alone = { share: 0.01, stolen: 0, programs: [] }
  const FINE = { void: [], disturbed: [] }
  const calm = { load: 'checkout' as const, work: 100, company: alone, seen }

  it('says something when nothing disturbed it, with k6 and without', () => {
    expect(judgeTurn(calm, [])).toEqual(FINE)
    expect(judgeTurn({ ...calm, seen: undefined }, [])).toEqual(FINE)
  })

  it.each([
    ['nothing', { ...calm, work: 0, seen: undefined }, 'nothing was done'],
    ['failed', { ...calm, seen: { ...seen, failed: 2 } }, '2 of 105'],
    ['orders', { ...calm, work: 99 }, '99 orders settled, and 100 were answered'],
    ['orders', { ...calm, work: 102, seen: { ...seen, orders: { answered: 100, lost: 1 } } }, '102 orders'],
  ] as const)('is void for: %s', (kind, circumstances, told) => {
    expect(judgeTurn(circumstances, [])).toEqual({ void: [expect.stringContaining(told)], disturbed: [] })
    expect(judgeTurn(circumstances, [kind])).toEqual(FINE)
  })

  it.each([
    ['dropped', { ...calm, seen: { ...seen, dropped: 3 } }, 'dropped 3'],
    ['company', { ...calm, company: { ...alone, share: 0.2 } }, '20%'],
  ] as const)('is disturbed by: %s', (kind, circumstances, told) => {
    expect(judgeTurn(circumstances, [])).toEqual({ void: [], disturbed: [expect.stringContaining(told)] })
    expect(judgeTurn(circumstances, [kind])).toEqual(FINE)
  })

  it('of reads has no orders to compare', () => {
    const read = { ...calm, load: 'read' as const, seen: { ...seen, orders: { answered: 0, lost: 0 } } }
    expect(judgeTurn(read, [])).toEqual(FINE)
  })
})

describe('the statements', () => {
  it.each([1, 2, 3])('of a bare order of %i lines are those of the monolith', async (count) => {
    const { pool, sent } = recordingPool((name) => (name === 'reserve-stock' ? reserved(count) : [orderRow]))
    await placeBarely(pool, 'mark-customer', 'mark-key', linesOf(count))
    const own = await checkoutStatements(count)
    const told = ({ name, text, values }: (typeof own)[0]) => ({ name, text, count: values.length })
    expect(sent.map(told)).toEqual(own.map(told))
    expect(own.map(({ name, text }) => name ?? text)).toEqual([
      'begin',
      'reserve-stock',
      'insert-order',
      'commit',
    ])
    // All but the id, which is new each time, and the digest, which nobody compares at the bare rung.
    expect(sent[1]!.values).toEqual(own[1]!.values)
    expect(sent[2]!.values.toSpliced(3, 1).slice(1)).toEqual(own[2]!.values.toSpliced(3, 1).slice(1))
  })

  it('go to pgbench as they are, with an expression for each parameter', async () => {
    const own = await checkoutStatements(2)
    const script = pgbenchScript(own, { lines: 2, products: 400, uuid: 'uuidv7()' })
    const commands = script.split('\n').filter((line) => line.startsWith('\\'))
    expect(commands.filter((line) => !line.startsWith('\\set'))).toEqual(['\\startpipeline', '\\endpipeline'])
    const sql = script.split('\n').filter((line) => !line.startsWith('\\'))
    const pieces = own.flatMap(({ text }) => text.split(/\$\d+/))
    let from = 0
    for (const piece of pieces) {
      const at = sql.join('\n').indexOf(piece, from)
      expect({ piece, isThere: at >= from }).toEqual({ piece, isThere: true })
      from = at + piece.length
    }
    expect(script).not.toMatch(/\$\d|mark|MARK/)
    const used = new Set(script.match(/(?<!:):[a-z]\w*/g)!.map((it) => it.slice(1)))
    const set = commands.flatMap((line) => /^\\set (\w+)/.exec(line)?.[1] ?? [])
    expect(set.toSorted()).toEqual([...used].toSorted())
  })

  it('never put a product into an order twice', async () => {
    const script = pgbenchScript(await checkoutStatements(3), { lines: 3, products: 400, uuid: 'uuidv7()' })
    const ranges = [...script.matchAll(/\\set sku\d random\((\d+), (\d+)\)/g)].map(([, from, to]) => [
      from,
      to,
    ])
    expect(ranges).toEqual([
      ['10000000', '10000132'],
      ['10000133', '10000265'],
      ['10000266', '10000398'],
    ])
  })

  it('of a read need one variable alone', async () => {
    const script = pgbenchScript(await readStatements(), { lines: 1, products: 400, uuid: 'uuidv7()' })
    expect(script).toMatch(/^\\set sku1 random\(10000000, 10000399\)\nselect [^$]+ = :sku1;\n$/)
  })

  it('with a parameter that nobody knows are refused, rather than sent without it', () => {
    const statement = { name: 'new', text: 'select $1', values: ['something else'] }
    const options = { lines: 1, products: 400, uuid: 'uuidv7()' } as const
    expect(() => pgbenchScript([statement], options)).toThrow(/something else/)
  })
})

describe('the log of pgbench', () => {
  const line = (endedMs: number, tookMs: number) =>
    `0 1 ${tookMs * 1000} 0 ${Math.floor(endedMs / 1000)} ${(endedMs % 1000) * 1000} 12`
  const log = `${[line(900, 99), line(1_000, 4), line(1_500, 1), line(2_999, 2), line(3_000, 50)].join('\n')}\n`

  it('tells of the transactions that ended between two moments', () => {
    expect(readPgbenchLog(log, 1_000, 3_000)).toEqual({ transactions: 3, p50Ms: 2 })
  })

  it('is refused when there was none', () => {
    expect(() => readPgbenchLog(log, 5_000, 6_000)).toThrow('no transaction')
  })
})
