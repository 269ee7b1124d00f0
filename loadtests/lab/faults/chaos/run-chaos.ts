import { randomBytes } from 'node:crypto'
import { colours as pc } from '../../cli/colours.ts'
import { postgresVersion, rabbitmqVersion } from '../../compare/versions.ts'
import { type Infra, startInfra } from '../../infra/infra.ts'
import { UserError } from '../../infra/user-error.ts'
import type { Fault } from '../fault.ts'
import { toMatrix } from '../matrix.ts'
import type { Options } from '../options.ts'
import type { RunResult } from '../result.ts'
import { runFault } from '../run/run-fault.ts'
import { withOwnInfra } from '../run-all.ts'
import { assembleResult, openFaultsDir, writeFaults } from '../write.ts'
import { canBeCombined, canMeet, combine, drawPair } from './combine.ts'

type ChaosOptions = Options & { minutes: number }

/**
 * The faults, of those that were asked for, that can be combined.
 * @throws UserError when there are no two that can meet
 */
export function chooseForChaos(faults: Fault[]): Fault[] {
  const chosen = faults.filter(canBeCombined)
  if (chosen.some((one) => chosen.some((other) => canMeet(one, other) && haveStack(one, other))))
    return chosen
  throw new UserError(
    'No two of these faults can be in force at a time. See those that can with: npm run faults -- --chaos --list',
  )
}

const haveStack = (one: Fault, other: Fault) => one.stacks.some((it) => other.stacks.includes(it))

/**
 * Breaks stacks by two faults at a time, drawn, one round after another, each on a fresh stack, until the time is over.
 * @returns the exit code: 0, or 1 when something was lost
 */
export async function runChaos(faults: Fault[], options: ChaosOptions): Promise<number> {
  const startedAt = new Date()
  const dir = await openFaultsDir(options.out, startedAt, 'chaos')
  const secret = randomBytes(32).toString('hex')
  const runs: RunResult[] = []
  const next = roundsWithin(options)
  const shared = await startInfra()
  try {
    await shared.ready
    const versions = {
      postgresql: await postgresVersion(shared.postgresUrl),
      rabbitmq: await rabbitmqVersion(shared.amqpUrl),
    }
    const work = async () => {
      for (let round = next(runs); round !== undefined; round = next(runs)) {
        const seed = options.seed + round
        const { stack, pair } = drawPair(faults, seed)
        const fault = combine(stack, pair, seed)
        const run = (infra: Infra) => runFault(fault, { stack, seed, infra, secret, dir })
        const result = fault.setup?.ownInfra ? await withOwnInfra(run) : await run(shared)
        runs.push(result)
        console.log(tellRound(result, options))
      }
    }
    await Promise.all(Array.from({ length: options.jobs }, work))
    const result = await assembleResult(options, startedAt, versions, { runs, matrix: toMatrix(runs) })
    console.log(`\n${tellAll(runs, startedAt)}\nReport: ${await writeFaults(result, dir)}`)
  } finally {
    await shared.stop()
  }
  return runs.every(({ survived }) => survived) ? 0 : 1
}

/** @returns what gives the number of the next round; undefined when there is no time for it. There is time for the first. */
function roundsWithin({ minutes, rounds = Number.POSITIVE_INFINITY }: ChaosOptions) {
  const until = performance.now() + minutes * 60_000
  let begun = 0
  return (runs: RunResult[]): number | undefined => {
    const longest = Math.max(0, ...runs.map(({ tookMs }) => tookMs))
    const isOver = begun >= rounds || (begun > 0 && performance.now() + longest > until)
    return isOver ? undefined : begun++
  }
}

function tellRound(
  { fault, stack, seed, survived, healthyAfterMs, violations, tookMs }: RunResult,
  options: Options,
) {
  const about = `seed ${seed}, ${stack}: ${fault.replace('+', ' + ')}`
  const took = `${(tookMs / 1000).toFixed(1)} s`
  if (survived) return `${pc.green('survived')} ${about}, healthy after ${healthyAfterMs} ms (${took})`
  const lines = [...violations, `Again: ${againFor(seed, options)}`].map((it) => `  ${it}`)
  return `${pc.red('LOST')} ${about} (${took})\n${lines.join('\n')}`
}

/** The draw depends on what there is to draw from. */
const againFor = (seed: number, { stack, fault }: Options) =>
  [
    `npm run faults -- --chaos --rounds 1 --seed ${seed}`,
    ...(stack ? [`--stack ${stack}`] : []),
    ...(fault ? [`--fault ${fault.join(',')}`] : []),
  ].join(' ')

function tellAll(runs: RunResult[], startedAt: Date): string {
  const minutes = ((Date.now() - startedAt.getTime()) / 60_000).toFixed(1)
  const lost = runs.filter(({ survived }) => !survived)
  const orders = runs.reduce(
    (sum, { load }) => sum + Object.values(load.orders).reduce((a, b) => a + b, 0),
    0,
  )
  const told = `${runs.length} rounds of two faults each in ${minutes} minutes, ${orders} orders`
  if (lost.length === 0) return pc.green(`${told}: all survived.`)
  return pc.red(
    `${told}: ${lost.length} did not survive, with the seeds ${lost.map(({ seed }) => seed).join(', ')}.`,
  )
}
