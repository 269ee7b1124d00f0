import { ask } from './commands.mjs'
import { SetupError } from './failures.mjs'
import { root } from './paths.mjs'

/** Throws when the disk that holds the checkout has less than `needed` MB free. */
export function requireDisk(needed) {
  const free = freeMegabytes()
  if (free === undefined || free >= needed) return
  throw new SetupError(
    `Not enough disk space: the set-up needs about ${gigabytes(needed)} GB, and ${gigabytes(free)} GB are free on the disk of ${root}.`,
  )
}

/** Undefined where df does not tell. */
function freeMegabytes() {
  const { ok, text } = ask('df', ['-Pk', root])
  if (!ok) return undefined
  const kilobytes = Number(text.split('\n')[1]?.match(/(\d+)\s+\d+%/)?.[1])
  return Number.isNaN(kilobytes) ? undefined : Math.floor(kilobytes / 1024)
}

const gigabytes = (megabytes) => (megabytes / 1024).toFixed(1)
