/** That a person, or the system, wants this command to end. */
export type Interruption = {
  /** Resolves at the first signal, or when nobody reads the output any more. */
  happens: Promise<void>
  hasHappened(): boolean
}

/**
 * From now on Ctrl-C and its like no longer end the process: the command stops what it has started, then ends. Later
 * signals change nothing, since one Ctrl-C arrives twice where npm passes it on.
 */
export function listenForInterruption(): Interruption {
  let happened = false
  const happens = new Promise<void>((resolve) => {
    const interrupt = () => {
      happened = true
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
    for (const stream of [process.stdout, process.stderr]) stream.on('error', interrupt)
  })
  return { happens, hasHappened: () => happened }
}
