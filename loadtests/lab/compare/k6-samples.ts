import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** k6 metrics whose every value is read, in the order in which they came: milliseconds by metric. */
export type Samples = Map<string, number[]>

/**
 * Reads k6's `--out csv`.
 * @param metrics names as k6's summary writes them: `order_settled_ms`, or of one request, `http_req_duration{name:read product}`
 */
export async function readSamples(file: string, metrics: string[]): Promise<Samples> {
  const samples: Samples = new Map(metrics.map((metric) => [metric, []]))
  const wanted = metrics.map((metric) => ({ ...partsOf(metric), values: samples.get(metric)! }))
  let names: string[] | undefined
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!names) {
      names = line.split(',')
      continue
    }
    const metric = line.slice(0, line.indexOf(','))
    for (const it of wanted) {
      if (it.metric !== metric) continue
      const cells = line.split(',')
      if (it.name !== undefined && cells[names.indexOf('name')] !== it.name) continue
      it.values.push(Number(cells[names.indexOf('metric_value')]))
    }
  }
  return samples
}

function partsOf(metric: string): { metric: string; name?: string } {
  const [, plain = metric, name] = /^(.*)\{name:(.*)\}$/.exec(metric) ?? []
  return name === undefined ? { metric: plain } : { metric: plain, name }
}
