import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { leashDirectory } from './leash.ts'

/** What shell scripts without quotes, and a file of settings, take as it is. */
const PLAIN = /^[\p{L}\p{N}/._+@-]+$/u

/** A directory by a plain name, and the plain name of one beside it that is not there yet. */
export type PlainPath = { home: string; tree: string; remove(): Promise<void> }

/**
 * RabbitMQ's scripts break at a space in a path. A directory in a checkout that lies at such a path gets another name: a link
 * below TMPDIR, or /tmp where that is no plain one either. `remove` takes the name away, and leaves the directory.
 */
export async function plainPath(directory: string): Promise<PlainPath> {
  if (PLAIN.test(directory)) return { home: directory, tree: `${directory}/server`, remove: async () => {} }
  const place = await mkdtemp(`${PLAIN.test(tmpdir()) ? tmpdir() : '/tmp'}/one-shop-twice-`)
  const unleash = leashDirectory(place)
  await symlink(directory, `${place}/home`)
  return {
    home: `${place}/home`,
    // Not below the link: scripts find what is beside them by their own place, links resolved.
    tree: `${place}/server`,
    async remove() {
      await rm(place, { recursive: true, force: true })
      unleash()
    },
  }
}
