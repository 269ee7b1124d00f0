const HEARTBEAT_MS = 5_000
const REDRAW_MS = 250

// Progress goes to standard error: standard output belongs to the command that is set up for.
const out = process.stderr
const running = new Map()

/** Prints a line, above the one that is being updated. */
export function say(line) {
  clear()
  out.write(`${line}\n`)
  draw()
}

/**
 * Shows that something is being done for as long as `work` takes: on a terminal one line that counts the seconds of all
 * that runs, elsewhere a line at the start, at the end and every few seconds between.
 */
export async function during(title, work) {
  running.set(title, Date.now())
  if (!out.isTTY) say(`  ${title} ...`)
  const beat = out.isTTY ? draw : () => say(`  ${title} ... ${elapsed(title)}`)
  const timer = setInterval(beat, out.isTTY ? REDRAW_MS : HEARTBEAT_MS)
  try {
    const result = await work()
    finish(title, `done in ${elapsed(title)}`)
    return result
  } catch (error) {
    finish(title, `failed after ${elapsed(title)}`)
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** Milliseconds as people say them, for example `1 min 5 s`. */
export function duration(ms) {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function finish(title, outcome) {
  running.delete(title)
  say(`  ${title}: ${outcome}`)
}

function draw() {
  if (!out.isTTY || running.size === 0) return
  const line = [...running.keys()].map((title) => `${title} ... ${elapsed(title)}`).join('; ')
  out.write(`\r\u001b[K  ${line.slice(0, (out.columns || 80) - 3)}`)
}

function clear() {
  if (out.isTTY && running.size > 0) out.write('\r\u001b[K')
}

function elapsed(title) {
  return duration(Date.now() - running.get(title))
}
