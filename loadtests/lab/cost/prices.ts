import { readFile } from 'node:fs/promises'
import { projectRoot } from '../infra/paths.ts'
import { UserError } from '../infra/user-error.ts'

/** What capacity costs. */
export type PriceSheet = {
  /** Where the prices come from, a sentence for reports. */
  source: string
  /** An ISO 4217 code, for example `USD`. */
  currency: string
  /** Of one virtual processor for an hour. */
  vcpuHour: number
  /** Of one GiB of memory for an hour. */
  memoryGiBHour: number
}

export const PRICES = `${projectRoot}/loadtests/prices.json`

const NAMES = ['source', 'currency', 'vcpuHour', 'memoryGiBHour']
const SAY = 'Put that right, or take loadtests/prices.json as it was.'

/**
 * Reads a price sheet.
 * @throws UserError in one line when it is missing, is no JSON, or holds something that is no price
 */
export async function readPrices(path = PRICES): Promise<PriceSheet> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`The price sheet cannot be read: ${error.message}. ${SAY}`)
  })
  let sheet: unknown
  try {
    sheet = JSON.parse(text)
  } catch (error) {
    const [why] = (error as Error).message.split('\n')
    throw new UserError(`The price sheet ${path} is no JSON: ${why}. ${SAY}`)
  }
  const fault = faultOf(sheet)
  if (fault) throw new UserError(`The price sheet ${path}: ${fault}. ${SAY}`)
  return sheet as PriceSheet
}

function faultOf(sheet: unknown): string | undefined {
  if (typeof sheet !== 'object' || sheet === null || Array.isArray(sheet)) return 'it is no object'
  const { source, currency, ...prices } = sheet as Record<string, unknown>
  const unknown = Object.keys(sheet).find((name) => !NAMES.includes(name))
  if (unknown !== undefined) return `"${unknown}" is not one of ${NAMES.join(', ')}`
  if (typeof source !== 'string' || source.trim() === '')
    return '"source" must say where the prices come from'
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))
    return '"currency" must be a code of three letters, such as USD'
  for (const name of ['vcpuHour', 'memoryGiBHour']) {
    const price = prices[name]
    if (typeof price !== 'number' || !Number.isFinite(price) || price < 0)
      return `"${name}" must be a number from 0`
  }
  return undefined
}
