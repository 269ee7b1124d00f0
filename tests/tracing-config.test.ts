import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'
import { freePort } from '../loadtests/lab/infra/ports.ts'
import { startProcess } from './support/process.ts'
import { testSecret } from './support/stack.ts'

const run = promisify(execFile)

async function gatewayWith(env: Record<string, string>) {
  const url = `http://127.0.0.1:${await freePort()}`
  const nowhere = { ORDERS_URLS: 'http://127.0.0.1:1', INVENTORY_URLS: 'http://127.0.0.1:1' }
  const base = { HOST: '127.0.0.1', PORT: new URL(url).port, AUTH_SECRET: testSecret, LOG_LEVEL: 'info' }
  const entry = 'services/gateway/src/main.ts'
  return startProcess({ name: 'gateway', entry, url, env: { ...base, ...nowhere, ...env } })
}

describe('a process that is to send spans', () => {
  it('names wrong variables of tracing with all others, repeats no secret, and ends with 2', async () => {
    const process = await gatewayWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318/?key=hunter2',
      OTEL_TRACES_SAMPLER_ARG: '1.5',
      PORT: '99999',
    })
    expect(await process.ended).toBe(2)
    const named = process.lines.flatMap((line) => /^ {2}([A-Z_]+):/.exec(line)?.[1] ?? []).sort()
    expect(named).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER_ARG', 'PORT'])
    expect(process.lines.join('\n')).not.toContain('hunter2')
  })

  it.each(['0', '0.25', '1'])('takes a share of %s', async (share) => {
    const process = await gatewayWith({ OTEL_TRACES_SAMPLER_ARG: share })
    await process.says(`Server listening at ${process.url}`)
    process.signal('SIGTERM')
    expect(await process.ended).toBe(0)
  })
})

describe('a process that is not', () => {
  const apps = ['monolith', 'services/gateway', 'services/orders', 'services/inventory']

  /** Which packages of OpenTelemetry are loaded by what a process loads, and by `then`; the API alone is Prometheus’ client’s. */
  async function loaded(then: string): Promise<string> {
    const source = `
      import { registerHooks } from 'node:module'
      const seen = new Set()
      registerHooks({ resolve(specifier, context, next) {
        if (/^@opentelemetry.(?!api$)/.test(specifier)) seen.add(specifier)
        return next(specifier, context)
      } })
      for (const app of ${JSON.stringify(apps)}) await import('${projectRoot}/' + app + '/src/app.ts')
      await import('${projectRoot}/shared/src/runtime/process.ts')
      ${then}
      console.log([...seen].join())`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source])
    return stdout.trim()
  }

  it('does not load the SDK', async () => {
    const start = (config: string) =>
      `await (await import('${projectRoot}/shared/src/runtime/tracing.ts')).startTracing('x', ${config})`
    expect(await loaded(start('{}'))).toBe('')
    // Shows that what is loaded is seen.
    expect(await loaded(start(`{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }`))).toContain(
      '@opentelemetry/sdk-trace',
    )
  })
})
