import { randomNumbers } from './random.ts'

export type CatalogueItem = { sku: string; name: string; priceCents: number; stock: number }

export type CatalogueOptions = {
  products: number
  /** Pieces of each product. */
  stockEach: number
  /** The same seed makes the same catalogue. */
  seed: number
}

const LOOKS = ['Plain', 'Blue', 'Striped', 'Dotted', 'Matte', 'Speckled', 'Green', 'Ivory', 'Dark', 'Painted']
const MATERIALS = [
  'Stoneware',
  'Oak',
  'Linen',
  'Steel',
  'Glass',
  'Cork',
  'Enamel',
  'Bamboo',
  'Copper',
  'Wool',
]
/** What the shop sells: the letters its SKU begins with, and its lowest and highest price in cents. */
const THINGS = [
  { code: 'MUG', name: 'Mug', from: 690, to: 2_490 },
  { code: 'BOWL', name: 'Bowl', from: 990, to: 3_990 },
  { code: 'LAMP', name: 'Lamp', from: 2_900, to: 18_900 },
  { code: 'TRAY', name: 'Tray', from: 1_290, to: 5_490 },
  { code: 'VASE', name: 'Vase', from: 1_490, to: 8_900 },
  { code: 'STOOL', name: 'Stool', from: 4_900, to: 24_900 },
  { code: 'CLOCK', name: 'Clock', from: 1_990, to: 12_900 },
  { code: 'BASKET', name: 'Basket', from: 990, to: 6_900 },
] as const

/** Makes up a catalogue. SKUs are `MUG-0001`, `BOWL-0002` and so on. */
export function createCatalogue({ products, stockEach, seed }: CatalogueOptions): CatalogueItem[] {
  const random = randomNumbers(seed)
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  return Array.from({ length: products }, (_, i) => {
    const thing = THINGS[i % THINGS.length]!
    return {
      sku: `${thing.code}-${String(i + 1).padStart(4, '0')}`,
      name: `${pick(LOOKS)} ${pick(MATERIALS)} ${thing.name}`,
      priceCents: 10 * Math.round((thing.from + random() * (thing.to - thing.from)) / 10),
      stock: stockEach,
    }
  })
}
