import { runTasks, tellDetail } from '../cli/progress.ts'
import { joined, timeText } from '../report/format.ts'
import type { PlacedArm } from './arms.ts'
import type { StartBackend } from './backend.ts'
import type { Record } from './judge.ts'
import type { Options } from './options.ts'
import { planBlock } from './plan.ts'
import type { Recorder } from './record.ts'
import type { ArmAudit, Ending, Facts, RateTry, Round } from './result.ts'
import { openSession, type Session } from './session.ts'
import { blockText } from './step-text.ts'
import { whyOver } from './stop-rule.ts'
import { fitRate, warmUp } from './warm-up.ts'

export type Running = {
  options: Options
  arms: PlacedArm[]
  start: StartBackend
  recorder: Recorder
  /** Whether somebody wants it to end. */
  isAsked(): boolean
  /** What is known of the run, once the arms run and the rate is chosen. */
  describe(session: Session, chosen: { rate: number; tries: RateTry[] }): Promise<Facts>
}

/**
 * Starts the arms, measures them block by block until that is enough, audits and stops them, and shows its progress. What is
 * measured is written down as it comes.
 * @returns undefined when it was ended before its first block
 * @throws UserError when something does not start
 */
export async function runComparison(running: Running): Promise<Record | undefined> {
  const { options, arms, start, isAsked } = running
  let session: Session | undefined
  let record: Record | undefined
  const complaints: string[] = []
  const open = async (number: number) => {
    session = await openSession(arms, number, options, start)
    return session
  }
  const close = async () => {
    const closing = session
    session = undefined
    complaints.push(...((await closing?.stop()) ?? []))
  }
  try {
    await runTasks({}, [
      { title: `Start ${joined(arms.map(({ name }) => name))} on fresh databases`, task: () => open(1) },
      {
        title:
          options.rate === undefined
            ? 'Warm up, and find the rate that this machine can be asked for'
            : 'Warm up',
        task: async (_, task) => {
          const chosen = await fitRate(session!, options, (what) => tellDetail(task, what))
          task.title = `Warm up; the rate is ${chosen.rate} a second`
          const facts = await running.describe(session!, chosen)
          await running.recorder.note({ facts })
          record = { facts, rounds: [], audit: [], ending: null }
        },
      },
      {
        title: `Measure, one under load at a time: at most ${timeText(options.time)}`,
        skip: isAsked,
        task: async (_, task) => {
          const because = await measureAll(running, record!, { session: session!, open, close }, (what) =>
            tellDetail(task, what),
          )
          await auditInto(running, record!, session!)
          await close()
          record!.ending = { finishedAt: new Date().toISOString(), because, complaints }
          await running.recorder.note({ ending: record!.ending })
        },
      },
    ])
  } finally {
    await close()
  }
  return record && record.rounds.length > 0 ? record : undefined
}

type Sessions = { session: Session; open(number: number): Promise<Session>; close(): Promise<void> }

/** Measures blocks, each start of the processes as many as the options say, until that is enough. */
async function measureAll(
  running: Running,
  record: Record,
  { session: first, open, close }: Sessions,
  say: (what: string) => void,
): Promise<Ending['because']> {
  const { options, isAsked } = running
  const { facts, rounds } = record
  const began = Date.now()
  const seconds = () => (Date.now() - began) / 1000
  const rule = { strict: options.strict, tolerate: options.tolerate }
  let session = first
  let startBegan = 0
  for (let block = 1; ; block++) {
    const blockBegan = seconds()
    await measureBlock(running, record, session, block, say)
    say(blockText(facts, rule, rounds))
    const isStartComplete = options.blocksPerStart === null || block % options.blocksPerStart === 0
    const mustRestart = isStartComplete && options.blocksPerStart !== null
    const nextSeconds = mustRestart ? seconds() - startBegan : seconds() - blockBegan
    const progress = { rounds, elapsedSeconds: seconds(), nextSeconds, isStartComplete, isAsked: isAsked() }
    const because = whyOver(facts, rule, progress)
    if (because) return because
    if (!mustRestart) continue
    await auditInto(running, record, session)
    startBegan = seconds()
    await close()
    say('starting the processes anew')
    session = await open(session.start + 1)
    await warmUp(session, options, facts.options.ratePerSecond, say)
  }
}

/** Measures one block; less of it when somebody wants the run to end. */
async function measureBlock(
  { options, arms, recorder, isAsked }: Running,
  { facts, rounds }: Record,
  session: Session,
  number: number,
  say: (what: string) => void,
): Promise<void> {
  const { scenario, lead, duration, prometheus } = options
  const seeds = { work: options.seed, order: options.orderSeed }
  for (const { block, position, arm, seed } of planBlock(arms, number, seeds)) {
    if (isAsked()) return
    say(`block ${block}, ${position} of ${arms.length * 2}: ${arm.name}`)
    const target = session.backend.targets.find((it) => it.arm === arm.name)!
    const load = { scenario, rate: facts.options.ratePerSecond, lead, duration, seed, prometheus }
    const round: Round = { block, position, start: session.start, ...(await session.measure(target, load)) }
    rounds.push(round)
    await recorder.note({ round })
  }
}

async function auditInto({ recorder }: Running, record: Record, session: Session): Promise<void> {
  const audits: ArmAudit[] = await session.audit()
  record.audit.push(...audits)
  for (const audit of audits) await recorder.note({ audit })
}
