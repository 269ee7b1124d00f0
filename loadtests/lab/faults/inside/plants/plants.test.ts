import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { projectRoot } from '../../../infra/paths.ts'
import { PLANT } from '../preload.ts'
import { replaceOnce } from './edit.ts'
import { plants } from './plants.ts'

const run = promisify(execFile)
const INSIDE = 'loadtests/lab/faults/inside'
const TOTALS = 'shared/src/rules/order-lines.ts'

/** Loads a checkout's sum of an order's lines, and says what two pieces at 50 cents come to. */
async function total(root: string, plant: string, preload = true): Promise<string> {
  const sum = `import('${root}/${TOTALS}').then(({ totalCents }) => console.log(totalCents([{ quantity: 2, unitPriceCents: 50 }])))`
  const imports = preload ? ['--import', `${root}/${INSIDE}/plant.ts`] : []
  const env = { ...process.env, [PLANT]: plant }
  const { stdout } = await run(process.execPath, [...imports, '--input-type=module', '-e', sum], { env })
  return stdout.trim()
}

describe('a planted bug', () => {
  let copy: string
  beforeAll(async () => {
    copy = await mkdtemp(`${tmpdir()}/plants-test-`)
    for (const folder of ['monolith', 'services', 'shared', INSIDE, 'tsconfig.json', 'package.json']) {
      const filter = (path: string) => !path.includes('node_modules') && !path.endsWith('.test.ts')
      await cp(`${projectRoot}/${folder}`, `${copy}/${folder}`, { recursive: true, filter })
    }
    await symlink(`${projectRoot}/node_modules`, `${copy}/node_modules`)
  })
  afterAll(() => rm(copy, { recursive: true }))

  it.each(plants.map(({ name, edits }) => [name, edits] as const))('fits: %s', async (_, edits) => {
    const sources = new Map<string, string>()
    for (const edit of edits) {
      const source = sources.get(edit.file) ?? (await readFile(`${projectRoot}/${edit.file}`, 'utf8'))
      sources.set(edit.file, replaceOnce(source, edit))
    }
  })

  it('is in what is loaded, and only with the preload', async () => {
    expect(await total(projectRoot, 'monolith-wrong-total')).toBe('50')
    expect(await total(projectRoot, 'monolith-wrong-total', false)).toBe('100')
  })

  it('keeps a process from starting when its text has changed, or is not the only one', async () => {
    const source = await readFile(`${projectRoot}/${TOTALS}`, 'utf8')
    for (const changed of [source.replace('total + line', 'line'), source + source]) {
      await writeFile(`${copy}/${TOTALS}`, changed)
      await expect(total(copy, 'monolith-wrong-total')).rejects.toThrow('does not fit')
    }
    await writeFile(`${copy}/${TOTALS}`, source)
  })

  it('keeps a process from starting when there is no such bug', async () => {
    await expect(total(projectRoot, 'monolith-wrong')).rejects.toThrow('names no planted bug')
  })

  it('is code: what it puts in uses no name that is not there', async () => {
    const edits = plants.flatMap((plant) => plant.edits)
    for (const edit of edits) {
      const file = `${copy}/${edit.file}`
      await writeFile(file, replaceOnce(await readFile(file, 'utf8'), edit))
    }
    // Shows that wrong names are told of.
    await writeFile(`${copy}/wrong.ts`, 'nowhere()')
    const files = [...new Set(edits.map(({ file }) => file)), 'wrong.ts']
    const config = { extends: './tsconfig.json', include: [], files }
    await writeFile(`${copy}/tsconfig.planted.json`, JSON.stringify(config))
    const tsc = [`${projectRoot}/node_modules/typescript/bin/tsc`, '-p', 'tsconfig.planted.json']
    const { stdout } = await run(process.execPath, tsc, { cwd: copy }).catch(
      (error: { stdout: string }) => error,
    )
    const told = stdout.split('\n').filter((line) => files.some((file) => line.startsWith(`${file}(`)))
    expect(told).toEqual([expect.stringContaining('wrong.ts(1,1)')])
  })
})
