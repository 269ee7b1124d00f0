import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allOnPath, ask, isExecutable, lastLine, onPath, run, workingOnPath } from './commands.mjs'
import { dockerAnswers, dockerImage } from './docker.mjs'
import { RungError, SetupError } from './failures.mjs'
import { downloadK6 } from './k6-release.mjs'
import { climb } from './ladder.mjs'
import { bin, cache } from './paths.mjs'

export const K6_VERSION = '2.2.0'
const MODULE = 'go.k6.io/k6/v2'
const OWN = join(bin, 'k6')
const HELP = `k6 ${K6_VERSION} is missing, and could not be brought. Any one of these helps; then run this again:
  macOS           brew install k6
  Debian, Ubuntu  as https://grafana.com/docs/k6/latest/set-up/install-k6/ says; or any Go from 1.25 on
  Fedora          sudo dnf install https://dl.k6.io/rpm/repo.rpm && sudo dnf install k6
  Docker          start it: the image grafana/k6:${K6_VERSION} is used
  Windows         use WSL 2, and there the command for its distribution
  a binary        K6_BIN=/path/to/k6`

/** K6_BIN, PATH, one built here, Docker, or the official release. */
export function findK6() {
  return climb(
    'k6',
    [given, installed, built, byGo, () => dockerImage(`grafana/k6:${K6_VERSION}`), released],
    HELP,
  )
}

export function holdsK6(found) {
  if (process.env.K6_BIN) return found?.path === process.env.K6_BIN && isExecutable(found.path)
  if (found?.kind === 'bin') return isExecutable(found.path)
  return found?.kind === 'docker' && dockerAnswers()
}

/** K6_BIN wins at run time, so that a wrong one cannot be passed over here. */
function given() {
  const path = process.env.K6_BIN
  if (!path) return undefined
  const { version, text } = versionOf(path)
  if (isRecent(version)) return { kind: 'bin', path }
  throw new SetupError(
    `K6_BIN=${path} is not k6 of version 2 or later: ${version ? `it is ${version}` : lastLine(text)}.`,
  )
}

function installed() {
  const found = allOnPath('k6').map((path) => ({ path, ...versionOf(path) }))
  const recent = found.find(({ version }) => isRecent(version))
  if (recent) return { kind: 'bin', path: recent.path }
  if (found.length === 0) return undefined
  const [{ path, version }] = found
  throw new RungError(
    version ? `${path} is ${version}, and version 2 or later is needed.` : `${path} does not run.`,
  )
}

function built() {
  return isExecutable(OWN) && versionOf(OWN).version === `v${K6_VERSION}`
    ? { kind: 'bin', path: OWN }
    : undefined
}

/**
 * Builds it as the one dependency of a module of our own. `go install` would do the same, but asks for the newest version
 * as well, which not every proxy can tell.
 */
async function byGo() {
  const go = workingOnPath('go', ['version'])
  if (!go) return undefined
  const folder = join(cache, 'k6-build')
  mkdirSync(folder, { recursive: true })
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(folder, 'go.mod'), `module build\n\ngo 1.25.0\n\nrequire ${MODULE} v${K6_VERSION}\n`)
  writeFileSync(join(folder, 'tools.go'), `//go:build tools\n\npackage build\n\nimport _ "${MODULE}"\n`)
  const draft = `${OWN}.draft`
  const args = ['build', '-mod=mod', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', draft, MODULE]
  // For this machine, whatever the shell builds for.
  const here = { GOOS: '', GOARCH: '', GOEXPERIMENT: '' }
  const env = { ...here, CGO_ENABLED: '0', GOFLAGS: '', GO111MODULE: 'on', GOWORK: 'off' }
  const { ok, text, log } = await run(`building k6 ${K6_VERSION} with Go`, 'k6-go', go, args, {
    cwd: folder,
    env,
  })
  if (!ok) throw new RungError(`Go cannot build it (${lastLine(text)}). Log: ${log}.`)
  renameSync(draft, OWN)
  return { kind: 'bin', path: OWN }
}

async function released() {
  if (!onPath('tar')) return undefined
  await downloadK6(K6_VERSION, OWN)
  return { kind: 'bin', path: OWN }
}

function versionOf(path) {
  const { text } = ask(path, ['version'])
  return { version: text.match(/\bv\d+\.\d+\.\d+/)?.[0], text }
}

const isRecent = (version) => Number(version?.match(/\d+/)?.[0] ?? 0) >= 2
