import { signToken } from '@shop/shared/runtime/auth.ts'
import { call } from '../../client.ts'
import { seedCatalogue } from '../../seed.ts'
import type { Stack } from '../../stacks/stack.ts'
import { CATALOGUE, CUSTOMERS, RESTOCKER } from '../load/schedule.ts'
import { PROBE } from './healthy.ts'

/** Who puts the catalogue there before the load. */
export const SEEDER = 'seed'

/** A token for everybody who calls, by subject. */
export async function makeTokens(secret: string): Promise<Map<string, string>> {
  const callers = [
    ...[...CUSTOMERS, PROBE.subject].map((sub) => ({ sub, role: 'customer' as const })),
    ...[RESTOCKER, SEEDER].map((sub) => ({ sub, role: 'admin' as const })),
  ]
  const signed = callers.map(async (it) => [it.sub, await signToken(secret, it, '1h')] as const)
  return new Map(await Promise.all(signed))
}

/** Puts the catalogue, and the probe's product, into a stack. @returns the SKUs that the load orders */
export async function fillShelves({ url }: Stack, token: string, seed: number): Promise<string[]> {
  const catalogue = await seedCatalogue(url, token, { ...CATALOGUE, seed })
  const product = { name: 'Probe', priceCents: 100 }
  await succeed(call('PUT', `${url}/products/${PROBE.sku}`, { token, body: product }))
  const stock = { token, key: 'probe-stock', body: { quantity: PROBE.stock } }
  await succeed(call('POST', `${url}/products/${PROBE.sku}/restock`, stock))
  return catalogue.map(({ sku }) => sku)
}

async function succeed(calling: ReturnType<typeof call>) {
  const { status } = await calling
  if (status >= 300) throw new Error(`The probe's product could not be made: ${status}`)
}
