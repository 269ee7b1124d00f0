const SHOW_CURSOR = '\x1b[?25h'
const LEFT_AT_ONCE = 130
/** One Ctrl-C arrives twice where npm passes it on. */
const SAME_SIGNAL_MS = 500

/** Whether somebody wants this command to end. */
export type Ending = { isAsked(): boolean }

/**
 * From now on the first Ctrl-C (SIGINT, SIGTERM, SIGHUP) asks the command to end what it is at and to report what there is;
 * a second one leaves at once, and what was started ends with this process.
 * @param onAsk is called at the first
 */
export function listenForEnd(onAsk: () => void = () => {}): Ending {
  let askedAt: number | undefined
  const ask = () => {
    if (askedAt === undefined) {
      askedAt = Date.now()
      return onAsk()
    }
    if (Date.now() - askedAt < SAME_SIGNAL_MS) return
    // Whatever shows progress has hidden it.
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR)
    process.exit(LEFT_AT_ONCE)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  return { isAsked: () => askedAt !== undefined }
}
