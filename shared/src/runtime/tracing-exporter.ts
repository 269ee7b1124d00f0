import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { TracingLog } from './tracing.ts'

/** How long spans are tried to be sent, in milliseconds. Those that come meanwhile wait, and not many can. */
const SEND_MS = 2_000

/**
 * Sends spans by OTLP over HTTP, and says when that begins to fail and when it works again; spans that could not be sent
 * are lost.
 * @param endpoint base URL; `/v1/traces` is added to it
 */
export function createExporter(endpoint: string): SpanExporter & { logTo(log: TracingLog): void } {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: SEND_MS })
  let log: TracingLog | undefined
  let works = true

  function note(error: unknown, failed: boolean): void {
    if (failed && works) log?.warn({ reason: reasonOf(error) }, 'spans cannot be sent, and are lost')
    if (!failed && !works) log?.info('spans are sent again')
    works = !failed
  }

  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        note(result.error, result.code !== SUCCESS)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
    logTo(to) {
      log = to
    },
  }
}

/** As `ExportResultCode` of OpenTelemetry says it. */
const SUCCESS = 0

const reasonOf = (error: unknown) => {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return String(code ?? message ?? 'unknown')
}
