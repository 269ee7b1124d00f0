import { monolithPlants } from './monolith.ts'
import type { Plant } from './plant.ts'
import { httpPlants } from './services-http.ts'
import { inventoryPlants } from './services-inventory.ts'
import { messagingPlants } from './services-messaging.ts'
import { ordersPlants } from './services-orders.ts'

/** All bugs that can be planted. */
export const plants: Plant[] = [
  ...monolithPlants,
  ...ordersPlants,
  ...inventoryPlants,
  ...messagingPlants,
  ...httpPlants,
]
