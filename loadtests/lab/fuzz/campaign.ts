import { projectRoot } from '../infra/paths.ts'
import { differenceOf, isComparable } from './compare.ts'
import type { Operation } from './document.ts'
import type { Draft, Tokens } from './draft.ts'
import { note } from './ledger.ts'
import { type Fault, faultsOf, parsed } from './oracle.ts'
import { exchange, type WireAnswer } from './wire.ts'
import type { World } from './world.ts'

const CONCURRENCY = 8

/** A process that is asked: the public one of a stack, or one behind it. */
export type Target = { name: string; url: string; world: World; operations: Operation[] }

export type Finding = {
  target: string
  /** `differs` where two stacks answered one request differently. */
  kind: Fault['kind'] | 'differs'
  what: string
  draft: Draft
}
/** How one operation of one target was answered. */
export type Tally = {
  target: string
  operation: string
  requests: number
  ok: number
  refused: number
  failed: number
  silent: number
  mismatched: number
}

export type CampaignResult = { findings: Finding[]; tallies: Map<string, Tally> }

/** Sends each request to every target, at the same time, eight requests at once. Adds to `result`. */
export async function runCampaign(
  targets: Target[],
  drafts: Draft[],
  tokens: Tokens,
  result: CampaignResult,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const waiting = drafts.values()
  let done = 0
  const work = async () => {
    // The workers share one iterator, so that each request is sent once.
    for (const draft of waiting) {
      const answers = await Promise.all(targets.map((target) => send(target, draft, tokens, result)))
      const different = isComparable(draft, targets[0]!.operations) ? differenceOf(answers) : undefined
      if (different) {
        const name = targets.map((target) => target.name).join(' and ')
        result.findings.push({ target: name, kind: 'differs', what: different, draft })
      }
      onProgress(++done)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
}

async function send(
  target: Target,
  draft: Draft,
  tokens: Tokens,
  result: CampaignResult,
): Promise<WireAnswer> {
  const resolved = resolve(draft, target.world, tokens)
  const answer = await exchange(target.url, resolved).catch((error: Error) => error)
  if (answer instanceof Error) {
    result.findings.push({ target: target.name, kind: 'silent', what: answer.message, draft: resolved })
    note(target.world.ledger, target.operations, resolved, undefined, undefined)
    count(result, target, draft, undefined, [{ kind: 'silent', what: answer.message }])
    return undefined
  }
  note(target.world.ledger, target.operations, resolved, answer, answer && parsed(answer.body))
  const faults = faultsOf(target.operations, resolved, answer, secretsOf(target))
  for (const fault of faults) result.findings.push({ target: target.name, ...fault, draft: resolved })
  count(result, target, draft, answer, faults)
  return answer
}

/** The addresses of the processes behind this one, and where their files are. */
const secretsOf = ({ url, world }: Target): string[] => [
  projectRoot,
  ...world.stack.processes.filter((it) => it.url !== url).map((it) => new URL(it.url).host),
]

/** Puts in what differs from stack to stack. */
function resolve(draft: Draft, { orders }: World, tokens: Tokens): Draft {
  const idOf = (_: string, kind: string, i: string) => orders[kind.toLowerCase()]![Number(i)]!
  return {
    ...draft,
    target: draft.target.replaceAll(/<(\w+):(\d+)>/g, idOf),
    headers: draft.headers.map(([name, value]) => [
      name,
      value.replace(/<token:([^>]+)>/, (_, it) => tokens[it]!),
    ]),
  }
}

function count(
  { tallies }: CampaignResult,
  { name }: Target,
  { operation }: Draft,
  answer: WireAnswer,
  faults: Fault[],
): void {
  const key = `${name} ${operation}`
  const tally = tallies.get(key) ?? {
    target: name,
    operation,
    requests: 0,
    ok: 0,
    refused: 0,
    failed: 0,
    silent: 0,
    mismatched: 0,
  }
  tallies.set(key, tally)
  tally.requests++
  if (!answer) tally.silent++
  else if (answer.status < 400) tally.ok++
  else if (answer.status < 500) tally.refused++
  else tally.failed++
  if (faults.some(({ kind }) => kind === 'mismatch' || kind === 'leak')) tally.mismatched++
}
