// Loaded by `node --import` before a process of the shop: replaces pieces of its source as it is loaded.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { type Edit, replaceOnce } from './plants/edit.ts'
import { plants } from './plants/plants.ts'
import { PLANT } from './preload.ts'

const name = process.env[PLANT]!
const edits = plants.find((plant) => plant.name === name)?.edits
if (!edits) throw new Error(`${PLANT} names no planted bug: ${name}`)

const root = new URL('../../../../', import.meta.url)
const byUrl = Map.groupBy<string, Edit>(edits, ({ file }) => new URL(file, root).href)

const changed = (url: string, source: string) => byUrl.get(url)!.reduce(replaceOnce, source)

// Refuses to start, rather than to run without the bug, when a text has changed.
for (const url of byUrl.keys()) changed(url, readFileSync(new URL(url), 'utf8'))

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!byUrl.has(url)) return loaded
    return { ...loaded, source: changed(url, Buffer.from(loaded.source as Uint8Array).toString()) }
  },
})
