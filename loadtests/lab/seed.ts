import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { type CatalogueItem, type CatalogueOptions, createCatalogue } from './catalogue.ts'
import { call } from './client.ts'

const CONCURRENCY = 8
const ATTEMPTS = 5

/**
 * Puts a catalogue and its stock into a stack through the public API. A second call with the same options changes nothing.
 * @param url public base URL
 * @param onProgress is told how many products are done
 * @returns the catalogue
 */
export async function seedCatalogue(
  url: string,
  adminToken: string,
  options: CatalogueOptions,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<CatalogueItem[]> {
  const catalogue = createCatalogue(options)
  const pool = new Pool(url, { connections: CONCURRENCY })
  const waiting = catalogue.values()
  let done = 0
  const work = async () => {
    // The workers share one iterator, so each item is taken once.
    for (const item of waiting) {
      await seedItem(item)
      done++
      onProgress(done, catalogue.length)
    }
  }
  const seedItem = async ({ sku, name, priceCents, stock }: CatalogueItem) => {
    await succeed('PUT', `/products/${sku}`, { body: { name, priceCents } })
    if (stock === 0) return
    const key = `seed-${options.seed}-${sku}-${stock}`
    await succeed('POST', `/products/${sku}/restock`, { key, body: { quantity: stock } })
  }
  const succeed = async (method: 'PUT' | 'POST', path: string, request: { key?: string; body: unknown }) => {
    for (let attempt = 1; ; attempt++) {
      const options = { ...request, token: adminToken, dispatcher: pool }
      const { status, body, headers } = await call(method, `${url}${path}`, options)
      if (status < 300) return
      if (status !== 503 || attempt === ATTEMPTS) {
        const { detail = '' } = body as { detail?: string }
        throw new Error(`Seeding failed: ${method} ${path} answered ${status}: ${detail}`)
      }
      // A process that has just started, on a busy machine, may shed load.
      await delay((Number(headers['retry-after']) || 1) * 1000)
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
  } finally {
    await pool.close()
  }
  return catalogue
}
