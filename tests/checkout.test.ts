import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { projectRoot } from '../loadtests/lab/infra/paths.ts'

// Where a checkout lies, and how it came there, must make no difference, or be said.
const run = promisify(execFile)
const SCRIPT = '#!/bin/sh\necho "read me"\n'
/** What git takes for text only if nobody says otherwise. */
const ARCHIVE = Buffer.from('\x1f\x8b\r\n\r\nno line ends\n', 'latin1')

let dir: string
beforeEach(async () => {
  // Git, and Node, tell of a place by its own name.
  dir = await realpath(await mkdtemp(`${tmpdir()}/checkout-`))
})
afterEach(() => rm(dir, { recursive: true }))

const git = async (place: string, ...args: string[]) => {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'init.defaultBranch=main']
  return (await run('git', [...who, ...args], { cwd: place })).stdout.trim()
}

async function commitAll(place: string): Promise<string> {
  await git(place, 'init', '--quiet')
  await git(place, 'add', '--all', '--force')
  await git(place, 'commit', '--quiet', '--message', 'All of it')
  return git(place, 'rev-parse', 'HEAD')
}

it('has the same line ends where git is told to write those of Windows', async () => {
  const [source, there] = [`${dir}/source`, `${dir}/there`]
  await mkdir(source)
  await cp(`${projectRoot}/.gitattributes`, `${source}/.gitattributes`)
  await writeFile(`${source}/script.sh`, SCRIPT)
  await writeFile(`${source}/no-extension`, SCRIPT)
  await writeFile(`${source}/result.json.gz`, ARCHIVE)
  await commitAll(source)
  await git(
    dir,
    'clone',
    '--quiet',
    '--config',
    'core.autocrlf=true',
    '--config',
    'core.eol=crlf',
    source,
    there,
  )
  for (const name of ['script.sh', 'no-extension'])
    expect(await readFile(`${there}/${name}`, 'utf8')).toBe(SCRIPT)
  expect(await readFile(`${there}/result.json.gz`)).toEqual(ARCHIVE)
})

/** The laboratory in another place. */
async function copyTo(place: string) {
  await mkdir(place, { recursive: true })
  await cp(`${projectRoot}/package.json`, `${place}/package.json`)
  await cp(`${projectRoot}/loadtests/lab`, `${place}/loadtests/lab`, { recursive: true })
  await symlink(`${projectRoot}/node_modules`, `${place}/node_modules`)
}

/** What a function of a copy returns. */
async function inCopy(place: string, module: string, call: string, env: NodeJS.ProcessEnv = {}) {
  const code = `import * as it from './loadtests/lab/${module}'; console.log(JSON.stringify(await it.${call}))`
  const args = ['--input-type=module', '--eval', code]
  return JSON.parse(
    (await run(process.execPath, args, { cwd: place, env: { ...process.env, ...env } })).stdout,
  )
}

describe('the commit that a result names', () => {
  const project = (place: string, env = {}) => inCopy(place, 'compare/machine.ts', 'describeProject()', env)

  it('is that of the project, whatever repository the shell is at', async () => {
    const place = `${dir}/project`
    await copyTo(place)
    const commit = await commitAll(place)
    const other = `${dir}/other`
    await mkdir(other)
    await writeFile(`${other}/file`, '')
    await commitAll(other)
    const env = { GIT_DIR: `${other}/.git`, GIT_WORK_TREE: other, GIT_INDEX_FILE: `${other}/.git/index` }
    expect(await project(place, env)).toMatchObject({ commit, dirty: false })
    await writeFile(`${place}/package.json`, '{ "name": "changed", "version": "1.0.0" }')
    expect(await project(place)).toMatchObject({ commit, dirty: true })
  })

  it('is none where the project was unpacked inside another repository', async () => {
    await copyTo(`${dir}/other/unpacked`)
    await commitAll(`${dir}/other`)
    expect(await project(`${dir}/other/unpacked`)).toMatchObject({ commit: null, dirty: null })
  })

  it('is none without a repository', async () => {
    await copyTo(`${dir}/unpacked`)
    expect(await project(`${dir}/unpacked`)).toMatchObject({ commit: null, dirty: null })
  })
})

it('does not take what the set-up found for the checkout that it was copied from', async () => {
  await copyTo(`${dir}/copy`)
  await mkdir(`${dir}/copy/.cache`)
  await cp(`${projectRoot}/.cache/setup.json`, `${dir}/copy/.cache/setup.json`)
  const asked = inCopy(`${dir}/copy`, 'infra/found.ts', 'readFound()')
  await expect(asked).rejects.toThrow('The set-up has not run yet. Run: npm run setup')
})
