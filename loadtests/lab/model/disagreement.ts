import type { Answer, Call, Told } from './call.ts'

export type DisagreementDetails = {
  stack: string
  /** What the stack was asked and answered at the end, client by client. */
  told: Told[][]
  /** Which answer it was, and what the model answers instead: where clients act at the same time, there is no telling. */
  difference?: { told: Told; expected: Answer }
  /** All steps of the run: each is the calls of clients that act at the same time. */
  history: Call[][][]
}

/** A stack answered what the model rules out. */
export class Disagreement extends Error {
  override name = 'Disagreement'
  readonly details: DisagreementDetails

  constructor(details: DisagreementDetails) {
    super(describe(details))
    this.details = details
  }
}

function describe({ stack, told, difference }: DisagreementDetails): string {
  if (difference) {
    const expected = `    expected ${JSON.stringify(difference.expected)}`
    return [`Not what the model answers (${stack}):`, lineOf(difference.told), expected].join('\n')
  }
  const calls = told.flatMap((client, i) => client.map((it) => `client ${i + 1}:${lineOf(it)}`))
  return [`These answers fit no order of events (${stack}):`, ...calls].join('\n')
}

const lineOf = ({ call, answer }: Told) => `  ${JSON.stringify(call)}\n    answered ${JSON.stringify(answer)}`
