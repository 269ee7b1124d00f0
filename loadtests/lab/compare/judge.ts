import { LEAST_UNITS } from '../stats/ratio.ts'
import { compareRounds, sameTwice } from './comparison.ts'
import { type Counting, countBlocks } from './counting.ts'
import { isDisturbed, isHard, type Mark } from './marks.ts'
import { notesOf } from './notes.ts'
import type { ArmAudit, Ending, Facts, Result, Round, Rule } from './result.ts'
import { unitsOf } from './units.ts'

/** What was measured and checked, whatever it is worth. */
export type Record = { facts: Facts; rounds: Round[]; audit: ArmAudit[]; ending: Ending | null }

const EXAMPLES = 4
/** Of the work that was asked for, in all rounds of an arm. Beyond it, figures are those of another rate. */
const MOST_MISSING = 0.1

/** Judges a run by a rule: which blocks count, whether its figures may be shown, and what they come to. */
export function judge({ facts, rounds, audit, ending }: Record, rule: Rule): Result {
  const counting = countBlocks(rounds, facts.arms, rule)
  const reasons = [
    ...falsehoods({ facts, rounds, audit, ending }, counting),
    ...(rule.strict ? refusals({ facts, rounds, audit, ending }, counting, rule) : []),
  ]
  const { units, over } = unitsOf(counting.counted)
  const valid = reasons.length === 0
  const compared = valid ? compareRounds(facts, counting.counted, counting.quiet) : NOTHING
  const result = {
    ...facts,
    ending,
    rounds,
    audit,
    rule,
    blocks: counting.blocks,
    intervalsOver: over,
    units: units.length,
    verdict: { valid, reasons },
    ...compared,
    sameTwice: valid ? sameTwice(facts, counting.counted) : [],
  }
  return { ...result, notes: valid ? notesOf(result) : [] }
}

const NOTHING = { comparison: null, omitted: [] }

/** What would make figures false, a sentence each. */
function falsehoods({ facts, rounds, audit }: Record, { blocks, counted }: Counting): string[] {
  const hard = marked(rounds, isHard)
  return [
    ...(hard.length > 0 ? shortened(hard) : []),
    ...(blocks.counted + blocks.void === 0 ? ['Not one block was completed'] : []),
    ...audit.flatMap(({ arm, checks }) =>
      checks
        .filter(({ ok }) => !ok)
        .map(({ name, detail }) => `${arm}: the audit failed: ${name}. ${detail}`),
    ),
    ...facts.arms.flatMap(({ name }) => missingWork(counted.filter(({ arm }) => arm === name))),
  ]
}

/** Whether so much was not sent or failed that what was measured is not the rate that the report names. */
function missingWork(rounds: Round[]): string[] {
  const total = (of: (load: Round['load']) => number) => rounds.reduce((sum, { load }) => sum + of(load), 0)
  const asked = total(({ iterations, droppedIterations }) => iterations + droppedIterations)
  const dropped = total(({ droppedIterations }) => droppedIterations)
  const [requests, failed] = [total((it) => it.requests), total((it) => it.failedRequests)]
  const arm = rounds[0]?.arm
  const lower = 'measure at a lower rate (--rate)'
  if (dropped > MOST_MISSING * asked)
    return [`${arm}: k6 did not send ${dropped} of ${asked} iterations, so this is not that rate: ${lower}`]
  if (failed > MOST_MISSING * requests)
    return [`${arm}: ${failed} of ${requests} requests failed, and what fails is cheap: ${lower}`]
  return []
}

/** What `--strict` refuses besides. */
function refusals({ facts, rounds, audit, ending }: Record, { blocks }: Counting, rule: Rule): string[] {
  const wanted = Math.min(facts.options.blocks ?? LEAST_UNITS, LEAST_UNITS)
  const isEnough = blocks.counted >= wanted && blocks.counted >= blocks.void
  const soft = marked(rounds, (mark) => !isHard(mark) && isDisturbed({ marks: [mark] }, rule.tolerate))
  return [
    ...(isEnough ? [] : [notEnough(blocks, wanted), ...shortened(soft)]),
    ...(audit.length === 0 ? ['It was not audited'] : []),
    ...(ending?.complaints ?? []).map((it) => `At a stop: ${it}`),
  ]
}

const notEnough = ({ counted, void: disturbed }: Result['blocks'], wanted: number) =>
  `${disturbed} of ${counted + disturbed} blocks were disturbed and do not count (--strict); it takes ${wanted} that were not, and at least as many as were`

/** Every round with a mark of some kind, a sentence each. */
const marked = (rounds: Round[], isMeant: (mark: Mark) => boolean): string[] =>
  rounds.flatMap((round) =>
    round.marks.filter(isMeant).map(({ why }) => `${round.arm}, block ${round.block}: ${why}`),
  )

function shortened(sentences: string[]): string[] {
  if (sentences.length <= EXAMPLES) return sentences
  return [
    ...sentences.slice(0, EXAMPLES),
    `and ${sentences.length - EXAMPLES} more of this kind: see rounds in result.json`,
  ]
}
