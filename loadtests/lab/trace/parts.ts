import type { Span } from './otlp.ts'

/** What a process does during a span, as far as nothing else happens below it. */
export const PARTS = ['code', 'statement', 'sending', 'waiting'] as const
export type Part = (typeof PARTS)[number]

/** In words, as charts and tables name them. */
export const PART_NAMES: Record<Part, string> = {
  code: 'in the process',
  statement: 'statement',
  sending: 'call or message',
  waiting: 'held, for news',
}

const WAIT = /^wait /

export function partOf({ kind, name, attributes }: Span): Part {
  if ('db.system.name' in attributes) return 'statement'
  if (kind === 'client' || kind === 'producer') return 'sending'
  return WAIT.test(name) ? 'waiting' : 'code'
}

/** Milliseconds of an order that went to one part of one process. */
export type Share = { service: string; part: Part; ms: number }

/**
 * Shares the whole time of an order out: each moment belongs to the span that began last of those that are open then. A call
 * to another process owns only what nobody there accounts for, such as the way there and back; a held request, what the
 * order spends in the outbox, on the broker and in queues.
 * @param spans the first is the one that the others lie below
 */
export function sharesOf([root, ...others]: readonly Span[]): Share[] {
  const spans = [root!, ...others]
  const inside = (moment: number) => Math.min(Math.max(moment, root!.start), root!.end)
  const moments = [...new Set(spans.flatMap(({ start, end }) => [inside(start), inside(end)]))].sort(
    (a, b) => a - b,
  )
  const shares = new Map<string, Share>()
  for (const [i, from] of moments.slice(0, -1).entries()) {
    const to = moments[i + 1]!
    const owner = spans.filter(({ start, end }) => start <= from && end >= to).reduce(later)
    const [service, part] = [owner.service, partOf(owner)]
    const share = shares.get(`${service} ${part}`) ?? { service, part, ms: 0 }
    share.ms += to - from
    shares.set(`${service} ${part}`, share)
  }
  return [...shares.values()].sort((a, b) => b.ms - a.ms)
}

const later = (a: Span, b: Span) => (b.start >= a.start ? b : a)
