import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ask, lastLine } from './commands.mjs'
import { RungError } from './failures.mjs'
import { during } from './progress.mjs'

const SYSTEMS = { linux: 'linux', darwin: 'macos' }
const PROCESSORS = { x64: 'amd64', arm64: 'arm64' }
const DEADLINE_MS = 10 * 60_000

/** Downloads k6's official release to a path, after its SHA-256 has been found in the release's list. */
export async function downloadK6(version, path) {
  const [system, processor] = [SYSTEMS[process.platform], PROCESSORS[process.arch]]
  if (!system || !processor)
    throw new RungError(`there is no release for ${process.platform} on ${process.arch}.`)
  const folder = `k6-v${version}-${system}-${processor}`
  const archive = `${folder}.${system === 'macos' ? 'zip' : 'tar.gz'}`
  const from = `https://github.com/grafana/k6/releases/download/v${version}`
  const [content, sums] = await during(`downloading k6 ${version}`, () =>
    Promise.all([download(`${from}/${archive}`), download(`${from}/k6-v${version}-checksums.txt`)]),
  )
  verify(archive, content, sums.toString())
  unpack(content, join(folder, 'k6'), path)
}

async function download(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) })
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`)
    return Buffer.from(await response.arrayBuffer())
  } catch (error) {
    throw new RungError(`${url} cannot be downloaded (${error.cause?.code ?? error.message}).`)
  }
}

/** Throws unless the list, lines of a sum and a file's name, holds this content's sum under this name. */
export function verify(name, content, sums) {
  const line = sums.split('\n').find((it) => it.trim().split(/[\s*]+/)[1] === name)
  const sum = createHash('sha256').update(content).digest('hex')
  if (line?.trim().split(/\s+/)[0] !== sum)
    throw new RungError(`the checksum of ${name} is wrong, and it was not used.`)
}

/** tar reads a zip file, too, on macOS, where the release is one. */
function unpack(content, member, path) {
  const work = `${path}.unpacking`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  writeFileSync(join(work, 'archive'), content)
  const { ok, text } = ask('tar', ['-xf', join(work, 'archive'), '-C', work], { timeout: 60_000 })
  if (!ok) throw new RungError(`the release of k6 cannot be unpacked (${lastLine(text)}).`)
  mkdirSync(dirname(path), { recursive: true })
  chmodSync(join(work, member), 0o755)
  renameSync(join(work, member), path)
  rmSync(work, { recursive: true, force: true })
}
