import type { Plant } from './plant.ts'

const CIRCUIT = 'services/http/src/circuit.ts'

export const httpPlants: Plant[] = [
  {
    name: 'services-no-circuit',
    title: 'a service that hangs is called again and again',
    stack: 'services',
    edits: [
      {
        file: CIRCUIT,
        find: 'if (open === isOpen) return',
        replace: 'if (open || open === isOpen) return',
      },
    ],
  },
  {
    name: 'services-no-bulkhead',
    title: 'calls to one service take as many places as there are, and no circuit opens',
    stack: 'services',
    edits: [
      {
        file: CIRCUIT,
        find: 'if (began === era && ++failures >= BREAK_AFTER) turn(true)',
        replace: 'if (began === era) failures++',
      },
      { file: CIRCUIT, find: 'else if (missed >= LOOKS) turn(true)', replace: '' },
      { file: 'services/http/src/upstream.ts', find: "if (areTaken(places)) refuse('places')", replace: '' },
    ],
  },
  {
    name: 'services-key-last',
    title: 'a key is looked up when the order has been priced',
    stack: 'services',
    edits: [
      {
        file: 'services/orders/src/service.ts',
        find: '() => earlierOrder(orders.lane, request),',
        replace: 'async () => undefined,',
      },
    ],
  },
  {
    name: 'services-other-spelling',
    title: 'a request that waits is told by its path as it was written, and takes a place at work',
    stack: 'services',
    edits: [
      {
        file: 'shared/src/runtime/target.ts',
        find: "const plain = path.includes('%') ? unescaped(path) : path",
        replace: "const plain = path.includes('%') && path === '' ? unescaped(path) : path",
      },
    ],
  },
]
