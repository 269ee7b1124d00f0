import { auditStack } from '../../audit/audit-stack.ts'
import type { Check } from '../../audit/check.ts'
import { checkGoesOn, checkRefusedSoon, type InForce } from '../../audit/goes-on.ts'
import type { Stack } from '../../stacks/stack.ts'
import type { Fault, FaultContext } from '../fault.ts'
import type { Entry } from '../history/history.ts'
import { startBalancer } from '../load/balancer.ts'
import type { Caller } from '../load/call-operation.ts'
import { drive, isDefinite } from '../load/drive.ts'
import { CATALOGUE, DEFAULT_LOAD, makeSchedule } from '../load/schedule.ts'
import { isOfLab } from '../meddle/channel.ts'
import { startTap } from '../tap.ts'
import { startWatch } from '../watch.ts'
import { badAnswers, countRequests, countResent, failedRequests, ofLoad } from './counts.ts'
import { PROBE } from './healthy.ts'
import { injectAndHeal } from './inject.ts'
import type { Telling } from './on-stack.ts'
import type { Findings, RunOptions } from './run-fault.ts'
import { fillShelves, makeTokens, SEEDER } from './shelves.ts'

/** As long as a caller should wait: where every answer counts, none may be given up early. See docs/time-limits.md. */
const PATIENT_MS = 10_000

/** Loads a stack, has a fault injected and healed meanwhile, waits for quiet, and audits. */
export async function runUnderLoad(
  fault: Fault,
  context: FaultContext,
  { seed, secret, say = () => {} }: RunOptions,
  { history, violation }: Telling,
  dead: () => number,
): Promise<Findings> {
  const { stack } = context
  const load = { ...DEFAULT_LOAD, ...fault.setup?.load }
  const tokens = await makeTokens(secret)
  const readyAfterMs = fault.start && (await startByFault(fault.start, context))
  say('seeding')
  const skus = await fillShelves(stack, tokens.get(SEEDER)!, seed)
  const { strictBalancer, untapped, quietWithinMs, loadUntilHealthy } = fault.setup ?? {}
  const balancer = startBalancer(stack.urls, strictBalancer)
  const instruments = await startInstruments(stack, untapped)
  try {
    const goesOn = fault.expect?.goesOn ?? []
    const caller: Caller = {
      balancer,
      history,
      tokenOf: (subject) => tokens.get(subject)!,
      ...(goesOn.length > 0 && { attemptMs: PATIENT_MS }),
    }
    say('under load')
    history.begin()
    const enough = new AbortController()
    const driving = drive(makeSchedule(seed, load, skus), caller, load, seed, enough.signal)
    const { healthyAfterMs, inForce } =
      readyAfterMs === undefined
        ? await injectAndHeal(fault, context, caller, seed)
        : { healthyAfterMs: readyAfterMs }
    if (loadUntilHealthy) enough.abort()
    await driving
    say('waiting for quiet')
    const seeded = new Map(skus.map((sku) => [sku, CATALOGUE.stockEach])).set(PROBE.sku, PROBE.stock)
    const audit = await auditStack(stack.databases, stack.amqp, {
      history: { entries: history.entries, seeded, seedSubject: SEEDER },
      expectedDead: dead(),
      isExplained: isOfLab,
      withinMs: quietWithinMs,
    })
    const { entries } = history
    const kept = inForce ? checkKept(fault, ofLoad(entries), inForce) : []
    for (const { ok, name, detail } of [...audit.checks, ...kept]) if (!ok) violation(`${name}: ${detail}`)
    badAnswers(entries).forEach(violation)
    if (fault.expect?.noFailedRequest) failedRequests(entries).forEach(violation)
    const own = ofLoad(entries)
    const { found, duplicates, samples } = await instruments.stop()
    found.forEach(violation)
    return {
      healthyAfterMs,
      load: {
        operations: own.length,
        requests: own.reduce((sum, { attempts }) => sum + attempts.length, 0),
        unanswered: own.filter(({ attempts, skipped }) => !skipped && !attempts.some(isDefinite)).length,
        orders: audit.orders,
      },
      failed: countRequests(entries),
      duplicates,
      resent: countResent(entries),
      samples,
    }
  } finally {
    await instruments.stop()
    await balancer.close()
  }
}

/** What the fault leaves alone, and what nobody may wait for while it is in force. */
function checkKept({ expect = {} }: Fault, entries: Entry[], inForce: InForce): Check[] {
  const { goesOn = [], refusedSoon } = expect
  const checks = checkGoesOn(entries, goesOn, inForce)
  if (!refusedSoon) return checks
  const { call, afterMs } = refusedSoon
  return [...checks, checkRefusedSoon(entries, call, { ...inForce, from: inForce.from + afterMs })]
}

/** @returns milliseconds from the moment that the start tells until all that it started was ready */
async function startByFault(start: NonNullable<Fault['start']>, context: FaultContext): Promise<number> {
  await start(context)
  const since = performance.now()
  const { processes, control } = context.stack
  await Promise.all(processes.map(({ name }) => control.ready(name)))
  return Math.round(performance.now() - since)
}

/** What looks on while a stack is under load. */
async function startInstruments({ databases, amqp }: Stack, untapped = false) {
  const tap = amqp && !untapped && (await startTap(amqp))
  const watch = startWatch(databases)
  const end = async () => {
    const { violations: found, ...samples } = await watch.stop()
    const carried = tap ? await tap.stop() : undefined
    return { found, samples, duplicates: carried?.duplicates ?? 0 }
  }
  let ended: ReturnType<typeof end> | undefined
  return {
    stop: () => {
      ended ??= end()
      return ended
    },
  }
}
