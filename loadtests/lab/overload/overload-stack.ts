import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { sum } from 'simple-statistics'
import { untilQuiet } from '../audit/quiet.ts'
import { runK6 } from '../compare/k6-run.ts'
import { localLaboratory } from '../infra/laboratory.ts'
import { startSampling, type Usage } from '../sample/sampler.ts'
import { openWindow } from '../sample/window.ts'
import { sortOrders } from './goodput.ts'
import { overloadScenario, readAnswers } from './k6-answers.ts'
import { untilStarted } from './k6-start.ts'
import type { Loaded } from './loaded.ts'
import { untilAnotherSettles } from './order-again.ts'
import { findPlacedOrders } from './placed-orders.ts'
import type { Offer, Recovery } from './result.ts'
import { RECOVERS_WITHIN_MS } from './rules.ts'

const LOAD_GENERATOR = 'k6'

/**
 * Offers a stack orders at a fixed rate, however slow it answers, and sees how it comes out of that.
 * @param rate orders a second
 */
export async function overloadStack(
  loaded: Loaded,
  rate: number,
  seconds: number,
): Promise<{ offer: Offer; recovery: Recovery }> {
  const { stack, infra, secret, groups, seed, sessions, counts } = loaded
  const run = `run${++loaded.runs}`
  const dir = `${infra.dir}/${stack.name}-${run}`
  await mkdir(dir)

  const closeWindow = openWindow(localLaboratory(() => groups))
  const sampler = startSampling(groups)
  let pid: number | undefined
  const load = { scenario: overloadScenario(run), url: stack.url, secret, rate, seconds, seed }
  const loading = runK6(load, dir, (k6) => {
    pid = k6
    sampler.addChild({ name: LOAD_GENERATOR, pid: k6 })
  })
  const { startedAt, cpuMsBefore } = await untilStarted(`${dir}/k6.log`, () => pid, loading)
  const endedAt = startedAt + seconds * 1000
  await Promise.race([delay(endedAt - Date.now()), loading])
  const [figures, orderSettledAfterMs] = await Promise.all([
    loading,
    untilAnotherSettles(stack.url, secret, loaded.sku, endedAt, counts),
  ])
  const quietAfterMs = await quietAfter(loaded, endedAt)
  const usage = sampler.stop()
  const untilRestSeconds = (Date.now() - startedAt) / 1000
  const { company } = closeWindow()

  const { seen, lost } = await readAnswers(dir, figures)
  const orders = sortOrders(await findPlacedOrders(sessions.orders, run), lost)
  counts.answered += seen.accepted + seen.soldOut
  counts.lost += lost.size + seen.wrong.count
  return {
    offer: {
      ratePerSecond: rate,
      seconds,
      ...seen,
      orders,
      goodputPerSecond: orders.good / seconds,
      cores: {
        stack: cpuMs(usage.filter((it) => !isK6(it))) / 1000 / untilRestSeconds,
        k6: (cpuMs(usage.filter(isK6)) - cpuMsBefore) / 1000 / seconds,
      },
      company,
    },
    recovery: { orderSettledAfterMs, quietAfterMs },
  }
}

/** Resolves when nothing is under way. @returns how long after a moment, in milliseconds; null after 30 s */
async function quietAfter({ sessions, stack }: Loaded, moment: number): Promise<number | null> {
  await untilQuiet(sessions, stack.amqp, 0, moment + RECOVERS_WITHIN_MS - Date.now())
  const ms = Date.now() - moment
  return ms > RECOVERS_WITHIN_MS ? null : ms
}

const isK6 = ({ name }: Usage) => name === LOAD_GENERATOR

const cpuMs = (usage: Usage[]) => sum(usage.map((it) => it.cpuMs))
