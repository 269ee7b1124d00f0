import { request } from 'undici'

const ANSWER_WITHIN_MS = 5_000

/** Values of counters by name; over all of a counter's labels, summed. */
export type Counters = Map<string, number>

/**
 * Reads a process's counters.
 * @param url of its `/metrics`
 * @param names of counters; one that the process does not have is left out
 * @throws Error when it does not answer, or with something else than 200
 */
export async function scrape(url: string, names: readonly string[]): Promise<Counters> {
  const { statusCode, body } = await request(url, {
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`)
  return parseCounters(text, names)
}

/** Reads the text format of Prometheus: `name{label="value"} 12 1700000000000`, the labels and the time optional. */
export function parseCounters(text: string, names: readonly string[]): Counters {
  const counters: Counters = new Map()
  for (const line of text.split('\n')) {
    // A label's value may hold anything, brackets too, but the last one closes the labels: after it come numbers only.
    const [, name, value] = /^([A-Za-z_:][\w:]*)(?:\{.*\})?\s+(\S+)/.exec(line) ?? []
    if (name === undefined || !names.includes(name)) continue
    counters.set(name, (counters.get(name) ?? 0) + Number(value))
  }
  return counters
}
