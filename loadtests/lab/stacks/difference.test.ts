import { rename, rm } from 'node:fs/promises'
import { describeDifference, whichStackDiffers } from './difference.ts'
import { git } from './git.ts'
import { commit, makeProject, write } from './made-project.ts'

let project: string
beforeEach(async () => {
  project = await makeProject()
  await write(project, {
    'services/orders/src/main.ts': '1',
    'services/http/src/a.ts': '1',
    'README.md': '1',
  })
  await commit(project)
})
afterEach(() => rm(project, { recursive: true }))

describe('the stack that differs from a revision', () => {
  test.each([
    ['monolith', 'nothing', {}],
    ['monolith', 'what belongs to neither', { 'README.md': '2' }],
    ['services', 'a service', { 'services/orders/src/main.ts': '2' }],
    ['services', 'a file that git does not know yet', { 'services/orders/src/é.ts': '1' }],
    ['monolith', 'the monolith', { 'monolith/src/main.ts': '2' }],
    ['monolith', 'both', { 'monolith/src/main.ts': '2', 'services/orders/src/main.ts': '2' }],
    [
      'monolith',
      'a service and what both share',
      { 'services/http/src/a.ts': '2', 'shared/src/name.ts': '2' },
    ],
    ['monolith', 'what is ignored', { 'services/orders/node_modules/x.js': '2' }],
  ])('is the %s when that is %s', async (stack, _, files: Record<string, string>) => {
    await write(project, files)
    expect(await whichStackDiffers('HEAD', project)).toBe(stack)
    await commit(project).catch(() => {})
    expect(await whichStackDiffers('HEAD', project)).toBe('monolith')
    if (stack === 'services') expect(await whichStackDiffers('HEAD~1', project)).toBe('services')
  })

  test('must be asked of a revision that is there', async () => {
    await expect(whichStackDiffers('nosuch', project)).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('the difference of a stack', () => {
  const words = async (stack: 'monolith' | 'services') =>
    (await describeDifference('HEAD', stack, project)).words

  test('counts its files and those of shared, committed or not, and tells of the lock file', async () => {
    expect(await describeDifference('HEAD', 'services', project)).toEqual({
      files: 0,
      lock: false,
      words: 'no file differs',
    })
    await write(project, { 'package-lock.json': '{}' })
    expect(await words('monolith')).toBe('package-lock.json differs')
    await rm(`${project}/shared/src/name.ts`)
    expect(await words('monolith')).toBe('1 file and package-lock.json differ')
    await write(project, { 'services/http/src/new.ts': '1', 'services/http/src/a.ts': '2' })
    expect(await describeDifference('HEAD', 'services', project)).toEqual({
      files: 3,
      lock: true,
      words: '3 files and package-lock.json differ',
    })
    await commit(project)
    expect(await words('services')).toBe('no file differs')
  })

  test('counts a file that moved as one that went and one that came', async () => {
    await rename(`${project}/services/http/src/a.ts`, `${project}/services/http/src/b.ts`)
    expect(await words('services')).toBe('2 files differ')
    await git(project, 'add', '--all')
    expect(await words('services')).toBe('2 files differ')
    expect(await words('monolith')).toBe('no file differs')
  })
})
