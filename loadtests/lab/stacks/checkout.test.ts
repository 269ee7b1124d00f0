import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { startTestStack } from '../../../tests/support/stack.ts'
import { compiledDir, projectRoot } from '../infra/paths.ts'
import { openCheckout } from './checkout.ts'
import { git } from './git.ts'
import { commit, lockWith, makeProject, write } from './made-project.ts'

const run = promisify(execFile)
const stack = 'monolith'
const SECOND = { 'shared/src/name.ts': `export const name: string = 'second'\n` }
let project: string
let parent: string
let dir: string

beforeEach(async () => {
  project = await makeProject()
  parent = await mkdtemp(`${tmpdir()}/checkout test-`)
  dir = `${parent}/checkout`
})
afterEach(async () => {
  for (const it of [project, parent]) await rm(it, { recursive: true })
})

/** What the monolith of a checkout has found. */
async function found(root: string): Promise<object> {
  const { stdout } = await run(process.execPath, ['monolith/src/main.ts'], { cwd: root })
  return JSON.parse(stdout)
}

describe('a checkout', () => {
  test('runs the code of its commit and its own workspaces, on the packages that are installed', async () => {
    await write(project, SECOND)
    await commit(project)
    await write(project, { 'shared/src/name.ts': `export const name = 'not committed'\n` })
    const progress: string[] = []
    const onProgress = (what: string) => progress.push(what)
    const { root, ...it } = await openCheckout('HEAD~1', dir, { stack, project, onProgress })

    const hash = (await git(project, 'rev-parse', 'HEAD~1')).trim()
    expect(it).toMatchObject({ commit: hash, name: `HEAD~1 (${hash.slice(0, 7)})` })
    expect(await found(root)).toEqual({ name: 'first', plain: 'root', scoped: 'root' })
    expect(await found(project)).toMatchObject({ name: 'not committed' })
    // Nothing was installed.
    expect(progress).toEqual([`writing the files of ${it.name}`])
    await it.remove()
    expect(existsSync(dir)).toBe(false)
    // It leaves no record, and the packages that it led to are still there.
    expect(await git(project, 'status', '--porcelain')).toBe(' M shared/src/name.ts\n')
    expect(await git(project, 'worktree', 'list')).not.toContain(dir)
    expect(await found(project)).toMatchObject({ plain: 'root' })
  })

  test('finds the packages that a workspace has for itself', async () => {
    const nested = 'monolith/node_modules/plain'
    await write(project, {
      [`${nested}/index.js`]: `export const from = 'nested'\n`,
      [`${nested}/package.json`]: await readFile(`${project}/node_modules/plain/package.json`, 'utf8'),
    })
    const { root } = await openCheckout('HEAD', dir, { stack, project })
    expect(await found(root)).toMatchObject({ plain: 'nested', scoped: 'root' })
  })

  test('with another package-lock.json installs its own', async () => {
    await write(project, { 'package-lock.json': lockWith({ 'node_modules/plain': { version: '1.0.0' } }) })
    const progress: string[] = []
    const onProgress = (what: string) => progress.push(what)
    const { root, name } = await openCheckout('HEAD', dir, { stack, project, onProgress })
    expect(progress.at(-1)).toBe(
      `installing the packages of ${name}, which has another package-lock.json (npm ci)`,
    )
    expect(await found(root)).toEqual({ name: 'first', plain: null, scoped: null })
  })

  test('that cannot install its own says so in a line, and is gone', async () => {
    const away = { plain: '1.0.0' }
    const manifest = JSON.parse(await readFile(`${project}/monolith/package.json`, 'utf8'))
    const lock = JSON.parse(lockWith({ 'node_modules/plain': { version: '1.0.0' } }))
    lock.packages.monolith.dependencies = away
    await write(project, {
      'monolith/package.json': JSON.stringify({ ...manifest, dependencies: away }),
      'package-lock.json': JSON.stringify(lock),
      '.npmrc': `registry=http://127.0.0.1:1/\nfetch-retry-mintimeout=1\ncache=${project}/node_modules/.cache\n`,
    })
    await commit(project)
    await write(project, { 'package-lock.json': lockWith() })
    await expect(openCheckout('HEAD', dir, { stack, project })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /^The packages of --against HEAD \(\w+\) could not be installed: npm cannot reach its registry\. Run it once where it can\. Log: \S+$/,
      ),
    })
    expect(existsSync(dir)).toBe(false)
  })
})

describe('one line and exit code 2', () => {
  const refusal = (revision: string, from = project) =>
    openCheckout(revision, dir, { stack, project: from }).then(
      () => assert.fail('It was opened'),
      ({ exitCode, message }) => {
        expect({ exitCode, isOneLine: !message.includes('\n') }).toEqual({ exitCode: 2, isOneLine: true })
        expect(existsSync(dir)).toBe(false)
        return message as string
      },
    )

  test.each([
    'nosuch',
    '',
    '--all',
    '-h',
    'HEAD~99',
    'HEAD..HEAD',
    '^HEAD',
    'HEAD^{tree}',
    'HEAD:package.json',
    '0123456789012345678901234567890123456789',
    'two\nlines',
  ])('for %j, which is no commit', async (revision) => {
    expect(await refusal(revision)).toBe(
      `--against ${JSON.stringify(revision)} is no commit of this repository. See them with: git log --oneline --all`,
    )
  })

  test('for a commit that a shallow clone lacks', async () => {
    await write(project, SECOND)
    await commit(project)
    const clone = `${project}/node_modules/clone`
    await git(project, 'clone', '--quiet', '--depth=1', `file://${encodeURI(project)}`, clone)
    expect(await refusal('HEAD~1', clone)).toMatch(/git fetch --unshallow$/)
  })

  test('for a commit without the stack', async () => {
    const missing = 'services/gateway/src/main.ts'
    await expect(openCheckout('HEAD', dir, { stack: 'services', project })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        RegExp(`^--against HEAD \\(\\w+\\) has no services to start: ${missing} is not in it\\.$`),
      ),
    })
  })

  test('where there is no repository', async () => {
    await rm(`${project}/.git`, { recursive: true })
    expect(await refusal('HEAD')).toMatch(
      /^--against needs a git checkout of this project\. Git says: not a git/,
    )
  })

  test('below the root of another repository', async () => {
    expect(await refusal('HEAD', `${project}/monolith`)).toMatch(
      /^--against needs a git checkout of this project: .*\/monolith is not one, but a directory of another\.$/,
    )
  })
})

describe('what a person may call a commit', () => {
  test('is a branch, an annotated tag, the start of a hash, words of its message', async () => {
    const hash = (await git(project, 'rev-parse', 'HEAD')).trim()
    await git(project, 'branch', 'a-branch')
    await git(project, '-c', 'user.name=t', '-c', 'user.email=t@shop.invalid', 'tag', '-m', 'x', 'a-tag')
    const commits: string[] = []
    for (const revision of ['a-branch', 'a-tag', hash.slice(0, 9), ':/test', '@']) {
      const checkout = await openCheckout(revision, dir, { stack, project })
      commits.push(checkout.commit)
      await checkout.remove()
    }
    expect(commits).toEqual(Array(5).fill(hash))
  })
})

describe('a stack', () => {
  let copy: string

  /** This project's code in a repository of its own, with a first commit whose contract has another title. */
  beforeEach(async () => {
    copy = await mkdtemp(`${tmpdir()}/this project-`)
    for (const it of ['monolith', 'services', 'shared', 'package.json', 'package-lock.json'])
      await cp(`${projectRoot}/${it}`, `${copy}/${it}`, { recursive: true })
    await write(copy, { '.gitignore': 'node_modules\n' })
    await symlink(`${projectRoot}/node_modules`, `${copy}/node_modules`)
    const contract = 'shared/src/contract/openapi.ts'
    const text = await readFile(`${copy}/${contract}`, 'utf8')
    await git(copy, 'init', '--quiet')
    await write(copy, { [contract]: text.replace('One Shop, Twice', 'Another shop') })
    await commit(copy)
    await write(copy, { [contract]: text })
    await commit(copy)
  })
  afterEach(() => rm(copy, { recursive: true }))

  test.each(['monolith', 'services'] as const)(
    '(%s) starts from a checkout, beside that of here',
    async (name) => {
      const before = await openCheckout('HEAD~1', dir, { stack: name, project: copy })
      const stacks = await Promise.all(
        [before.root, projectRoot].map((root) => startTestStack(name, { root })),
      )
      const titles = stacks.map(async ({ url }) => {
        const answer = await fetch(`${url}/openapi.json`)
        return ((await answer.json()) as { info: { title: string } }).info.title
      })
      expect(await Promise.all(titles)).toEqual(['Another shop', 'One Shop, Twice'])
      await Promise.all(stacks.map((it) => it.stop()))
    },
  )

  test('that is given a checkout, be it this one, finds no module compiled before', async () => {
    const seen = `${project}/seen`
    await write(project, {
      'preload.mjs': `
        import { writeFileSync } from 'node:fs'
        import { getCompileCacheDir } from 'node:module'
        writeFileSync(process.env.SEEN, String(getCompileCacheDir()))`,
    })
    const dirs: string[] = []
    for (const root of [projectRoot, undefined]) {
      const preload = () => ({ imports: [`${project}/preload.mjs`], env: { SEEN: seen } })
      const it = await startTestStack('monolith', { root, preload })
      await it.stop()
      dirs.push(await readFile(seen, 'utf8'))
    }
    expect(dirs).toEqual(['undefined', expect.stringContaining(compiledDir)])
  })
})
