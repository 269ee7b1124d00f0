import closeWithGrace from 'close-with-grace'
import type { Static, TObject, TProperties } from 'typebox'
import { ConfigError, loadConfig } from './config.ts'
import type { Server } from './server.ts'
import { startTracing, type TracingConfig, tracing } from './tracing.ts'

/** How long a stop may take, in milliseconds, before the process leaves with what is unfinished. */
const STOP_LIMIT_MS = 9_000

/**
 * Runs a process of the shop: reads its configuration, builds the app, listens, and on SIGTERM or SIGINT closes it in
 * order. A second signal ends it at once.
 * @param name of this process in the traces
 * Exit codes: 0 after a clean stop, 2 for a wrong configuration or a taken port, 1 for a failure.
 */
export async function runProcess<P extends TProperties & { HOST: unknown; PORT: unknown }>(
  name: string,
  schema: TObject<P>,
  createApp: (config: Static<TObject<P>>) => Promise<Server>,
): Promise<void> {
  try {
    const config = loadConfig(schema, process.env)
    await startTracing(name, config as TracingConfig)
    const app = await createApp(config)
    tracing?.logTo(app.log)
    closeInOrder(app)
    const { HOST, PORT } = config as { HOST: string; PORT: number }
    await app.listen({ host: HOST, port: PORT })
  } catch (error) {
    console.error(explain(error as NodeJS.ErrnoException))
    process.exit(2)
  }
}

function closeInOrder(app: Server): void {
  closeWithGrace({ delay: STOP_LIMIT_MS, logger: false }, async ({ signal, err }) => {
    if (err) app.log.fatal(err, 'stopping after an error')
    else app.log.info({ signal }, 'stopping')
    // After an error nobody knows what else is broken: it takes no more than it has.
    if (!err) await app.drain()
    await app.close()
    await tracing?.stop()
    app.log.info('stopped')
  })
}

function explain(error: NodeJS.ErrnoException & { port?: number }): string {
  if (error instanceof ConfigError) return error.message
  if (error.code === 'EADDRINUSE')
    return `Port ${error.port} is taken: stop what listens there, or set PORT to another`
  if (error.code === 'EACCES')
    return `Port ${error.port} needs more rights than this user has: set PORT above 1023`
  return `Could not start: ${error.stack}`
}
