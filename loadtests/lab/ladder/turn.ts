import { mkdtemp } from 'node:fs/promises'
import type { OrderCounts } from '../audit/answered.ts'
import { type Budget, pinGroups } from '../budget/budget.ts'
import { localLaboratory } from '../infra/laboratory.ts'
import { type Group, startSampling, type Usage } from '../sample/sampler.ts'
import { type Company, openWindow } from '../sample/window.ts'
import { countSettled, untilAtRest } from './at-rest.ts'
import type { Figures } from './figures.ts'
import { addCounts, runHttpLoad } from './http-load.ts'
import { runPgbench } from './pgbench.ts'
import type { Turn } from './plan.ts'
import type { Ladder, Pgbench, Rung } from './rung.ts'
import type { LoadName } from './rungs.ts'
import { judgeTurn, type VoidKind } from './void.ts'

const LOAD_GENERATOR = 'k6'

export type Timing = { rate: number; warmUpSeconds: number; seconds: number }

/** How turns are to be measured: by which budget, and what is not to make one void. */
export type Conditions = { budget: Budget; tolerate: readonly VoidKind[] }

/**
 * Loads a rung before the first round, so that its code is compiled and its statements are planned.
 * @returns the orders that were asked for
 */
export async function warmUp(
  { dir, secret }: Ladder,
  { reach }: Rung,
  load: LoadName,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<OrderCounts> {
  // pgbench has nothing to compile, and makes its connections in each turn.
  if (!('url' in reach)) return { answered: 0, lost: 0 }
  return (await runHttpLoad({ load, url: reach.url, secret, rate, seconds, seed: 0 }, dir)).orders
}

/** How often a turn is measured at most. */
const ATTEMPTS = 3

/** Far enough apart that no attempt draws the orders of another turn. */
const SEEDS_APART = 10_000_000

/**
 * Measures a turn, and anew at once as long as it is void or disturbed, so that a round stays together. The last attempt counts
 * unless it is void: on a machine that is always busy there is no better one.
 * @param measure is told what to add to the turn's seed: orders that were placed already would not be placed again
 * @returns every attempt
 */
export async function untilCalm(measure: (more: number) => Promise<Figures>): Promise<Figures[]> {
  const attempts: Figures[] = []
  const isUnwell = ({ void: reasons, disturbed }: Figures) => reasons.length + disturbed.length > 0
  do attempts.push(await measure(attempts.length * SEEDS_APART))
  while (isUnwell(attempts.at(-1)!) && attempts.length < ATTEMPTS)
  return [...attempts.slice(0, -1).map(replaced), attempts.at(-1)!]
}

const replaced = (it: Figures): Figures => ({ ...it, void: [...it.void, ...it.disturbed], disturbed: [] })

/** Loads one rung for one turn: a warm-up, whose figures are dropped, then the measured part. */
export async function measureTurn(
  ladder: Ladder,
  rung: Rung,
  turn: Turn,
  timing: Timing,
  conditions: Conditions,
): Promise<Figures> {
  const dir = await mkdtemp(`${ladder.dir}/turn-`)
  const { reach } = rung
  return 'url' in reach
    ? measureHttp(ladder, rung, reach.url, turn, timing, conditions, dir)
    : measureDatabase(ladder, rung, reach, turn, timing, conditions, dir)
}

async function measureHttp(
  ladder: Ladder,
  rung: Rung,
  url: string,
  turn: Turn,
  { rate, warmUpSeconds, seconds }: Timing,
  { tolerate }: Conditions,
  dir: string,
): Promise<Figures> {
  const load = { load: turn.load, url, secret: ladder.secret, rate }
  const warmUp = await runHttpLoad({ ...load, seconds: warmUpSeconds, seed: turn.seed + 500 }, dir)
  await untilAtRest(rung)
  const before = await countSettled(rung)
  const closeWindow = openWindow(laboratoryOf(ladder))
  const sampler = startSampling([...rung.apps, ...rung.servers])
  const onStart = (pid: number) => sampler.addChild({ name: LOAD_GENERATOR, pid })
  const measured = await runHttpLoad({ ...load, seconds, seed: turn.seed }, dir, onStart)
  await untilAtRest(rung)
  const usage = sampler.stop()
  const { company } = closeWindow()
  const settled = (await countSettled(rung)) - before
  const work = turn.load === 'checkout' ? settled : measured.done
  return {
    ...turn,
    work,
    p50Ms: measured.p50Ms,
    cpu: cpuByProcess(usage, rung.apps),
    otherCpuShare: company.share,
    ...judgeTurn({ load: turn.load, work, company, seen: measured }, tolerate),
    orders: addCounts(warmUp.orders, measured.orders),
  }
}

/** pgbench stands where the application's processes stand in other rungs, and so on their cores. */
async function measureDatabase(
  ladder: Ladder,
  rung: Rung,
  reach: Pgbench,
  turn: Turn,
  timing: Timing,
  { budget, tolerate }: Conditions,
  dir: string,
): Promise<Figures> {
  const name = 'pgbench'
  let apps: Group[] = []
  let usage: Usage[] = []
  let sampler: ReturnType<typeof startSampling>
  let closeWindow: ReturnType<typeof openWindow>
  let company: Company
  const { transactions, p50Ms } = await runPgbench(
    { ...reach, ...timing, load: turn.load, seed: turn.seed },
    dir,
    {
      async begin(pid) {
        apps = [{ name, pid }]
        await pinGroups(budget, { apps, rest: [] })
        closeWindow = openWindow(laboratoryOf(ladder))
        sampler = startSampling([...apps, ...rung.servers])
      },
      end() {
        usage = sampler.stop()
        company = closeWindow().company
      },
    },
  )
  return {
    ...turn,
    work: transactions,
    p50Ms,
    cpu: cpuByProcess(usage, apps),
    otherCpuShare: company!.share,
    ...judgeTurn({ load: turn.load, work: transactions, company: company! }, tolerate),
    orders: { answered: 0, lost: 0 },
  }
}

function cpuByProcess(usage: Usage[], apps: Group[]): Figures['cpu'] {
  return usage
    .filter(({ name }) => name !== LOAD_GENERATOR)
    .map(({ name, cpuMs }) => {
      const isApp = apps.some((app) => app.name === name)
      return { process: name, kind: isApp ? 'app' : (name as 'PostgreSQL' | 'RabbitMQ'), ms: cpuMs }
    })
}

/** Rungs that are not under load run on, idle, and are no strangers. */
const laboratoryOf = ({ rungs }: Ladder) =>
  localLaboratory(() => rungs.flatMap(({ apps, servers }) => [...apps, ...servers]))
