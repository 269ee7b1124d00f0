import { signToken } from '@shop/shared/runtime/auth.ts'
import { seedCatalogue } from '../loadtests/lab/seed.ts'

// Fills the stack at BASE_URL by its public API, as `npm run up` does. To run it again changes nothing.

const url = process.env.BASE_URL
const secret = process.env.AUTH_SECRET
if (!url || !secret) {
  console.error(
    'Set BASE_URL, such as http://monolith:3000, and AUTH_SECRET, the one that the stack runs with.',
  )
  process.exit(2)
}

// Plenty, so that a load test does not sell out the shop; the step that wants scarcity brings its own product.
const catalogue = { products: 48, stockEach: 100_000, seed: 1 }
const token = await signToken(secret, { sub: 'seed', role: 'admin' }, '10m')
try {
  await seedCatalogue(url, token, catalogue)
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
console.log(`${url} sells ${catalogue.products} products, ${catalogue.stockEach} pieces of each.`)
