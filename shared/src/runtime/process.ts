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
 * Exit codes: 0 after a clean stop, 2 for a wrong configuration, a taken port included, 1 for a failure.
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
    const mistake = mistakeIn(error as ListenError)
    console.error(mistake ?? `Could not start: ${(error as Error).stack}`)
    process.exit(mistake ? 2 : 1)
  }
}

function closeInOrder(app: Server): void {
  const options = {
    delay: STOP_LIMIT_MS,
    logger: false,
    onTimeout: () =>
      app.log.fatal(`the stop took longer than ${STOP_LIMIT_MS} ms: what is unfinished is left`),
    onSecondSignal: (signal: string) =>
      app.log.warn({ signal }, 'told to stop again: what is unfinished is left'),
    onSecondError: (error: unknown) => app.log.fatal(error, 'another error: what is unfinished is left'),
  } as const
  closeWithGrace(options, async ({ signal, err }) => {
    if (err) app.log.fatal(err, 'stopping after an error')
    else app.log.info({ signal }, 'stopping')
    try {
      // After an error nobody knows what else is broken: it takes no more than it has.
      if (!err) await app.drain()
      await app.close()
      await tracing?.stop()
    } catch (error) {
      app.log.fatal(error, 'the stop failed')
      throw error
    }
    app.log.info('stopped')
  })
}

type ListenError = NodeJS.ErrnoException & { port?: number; address?: string; hostname?: string }

/** What whoever set up this process has to mend; undefined when it is something else. */
function mistakeIn(error: ListenError): string | undefined {
  if (error instanceof ConfigError) return error.message
  const { code, syscall, port, address, hostname } = error
  if (syscall === 'getaddrinfo' && hostname === process.env.HOST)
    return `HOST: no address is known for ${hostname}: set it to one of this machine`
  if (syscall !== 'listen') return undefined
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what listens there, or set PORT to another`
  if (code === 'EACCES') return `Port ${port} needs more rights than this user has: set PORT above 1023`
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this machine: set HOST to one that is`
  return undefined
}
