import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { UserError } from '../infra/user-error.ts'
import { readPrices } from './prices.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/prices-`)
})
afterEach(() => rm(dir, { recursive: true }))

const good = { source: 'an invoice', currency: 'EUR', vcpuHour: 0.04, memoryGiBHour: 0 }

async function read(text: string) {
  await writeFile(`${dir}/prices.json`, text)
  return readPrices(`${dir}/prices.json`)
}

describe('readPrices', () => {
  it('reads the sheet of the project, which says that its values are examples', async () => {
    const { source, vcpuHour, memoryGiBHour } = await readPrices()
    expect(source).toMatch(/example.*edit/i)
    expect(vcpuHour).toBeGreaterThan(0)
    expect(memoryGiBHour).toBeGreaterThan(0)
  })

  it('takes a price of nothing', async () => {
    expect(await read(JSON.stringify(good))).toEqual(good)
  })

  it.each([
    ['no JSON', '{ "source": ', 'no JSON'],
    ['no JSON over several lines', '{\n"source":\n}\n', 'no JSON'],
    ['a list', '[]', 'no object'],
    ['nothing', 'null', 'no object'],
    ['no source', JSON.stringify({ ...good, source: ' ' }), '"source"'],
    ['no currency', JSON.stringify({ ...good, currency: 'euros' }), '"currency"'],
    ['a price that is text', JSON.stringify({ ...good, vcpuHour: '0.04' }), '"vcpuHour"'],
    ['a price below nothing', JSON.stringify({ ...good, memoryGiBHour: -1 }), '"memoryGiBHour"'],
    ['a price that is missing', JSON.stringify({ ...good, vcpuHour: undefined }), '"vcpuHour"'],
    ['a name that is misspelt', JSON.stringify({ ...good, vcpuHours: 1 }), '"vcpuHours"'],
  ])('refuses %s in one line', async (_, text, words) => {
    const error = await read(text).catch((it) => it)
    expect(error).toBeInstanceOf(UserError)
    expect(error.exitCode).toBe(2)
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('\n')
  })

  it('refuses a sheet that is not there', async () => {
    const error = await readPrices(`${dir}/none.json`).catch((it) => it)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toContain('none.json')
  })
})
