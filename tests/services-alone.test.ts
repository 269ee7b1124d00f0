import { newProduct } from '@shop/shared/testing/calls.ts'
import { contractCases, createContext } from '@shop/shared/testing/contract-suite.ts'
import { testSecret, useStack } from './support/stack.ts'

const stack = useStack('services')
const urlOf = (name: string) => stack.current.processes.find((process) => process.name === name)!.url

/** The services without their gateway: each call goes to the service that owns it. */
const direct = () =>
  createContext({
    baseUrl: (path) => urlOf(/^(http:..[^/]+)?\/products/.test(path) ? 'inventory' : 'orders'),
    secret: testSecret,
  })

describe('the services, reached directly, keep the contract and refuse what the gateway would refuse', () => {
  // The document of one service describes that service alone.
  const cases = contractCases.filter(({ name }) => !name.includes('/openapi.json'))

  it.each(cases)('$name', async ({ run }) => {
    await run(direct())
  })
})

describe('the quotes of inventory', () => {
  const quotes = async (query: string) => {
    const response = await fetch(`${urlOf('inventory')}/internal/quotes${query}`)
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  it('are names and prices of the products that exist, one or many', async () => {
    const mug = await newProduct(direct(), 3, { name: 'Mug', priceCents: 1_250 })
    const pot = await newProduct(direct(), 0, { name: 'Pot', priceCents: 0 })
    const one = await quotes(`?sku=${mug}`)
    expect(one).toEqual({ status: 200, body: { items: [{ sku: mug, name: 'Mug', priceCents: 1_250 }] } })
    const { body } = await quotes(`?sku=${pot}&sku=NOWHERE-1&sku=${mug}`)
    expect(new Set(body.items.map(({ sku }: { sku: string }) => sku))).toEqual(new Set([mug, pot]))
    expect((await quotes('?sku=NOWHERE-1')).body).toEqual({ items: [] })
  })

  it.each([
    ['no SKU', ''],
    ['a bad SKU', '?sku=lower'],
    ['a bad SKU among good ones', '?sku=A&sku=%00'],
    ['too many', `?${Array.from({ length: 21 }, (_, i) => `sku=S-${i}`).join('&')}`],
  ])('for %s are 400', async (_what, query) => {
    expect((await quotes(query)).status).toBe(400)
  })
})

it.each(['orders', 'inventory'])('%s describes its own calls, and no others', async (name) => {
  const response = await fetch(`${urlOf(name)}/openapi.json`)
  const { paths } = JSON.parse(await response.text()) as { paths: object }
  const prefix = name === 'orders' ? '/orders' : '/products'
  expect(Object.keys(paths).length).toBeGreaterThan(2)
  expect(Object.keys(paths).filter((path) => !path.startsWith(prefix))).toEqual([])
})
