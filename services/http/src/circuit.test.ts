import { createCircuit } from './circuit.ts'

function watched() {
  const turns: boolean[] = []
  const circuit = createCircuit((isOpen) => turns.push(isOpen))
  const fail = (times: number, era = circuit.era) => {
    for (let i = 0; i < times; i++) circuit.failed(era)
  }
  return { circuit, turns, fail }
}

describe('a circuit', () => {
  it('opens after ten failures in a row, and an answer in between begins anew', () => {
    const { circuit, fail } = watched()
    fail(9)
    circuit.answered(circuit.era)
    fail(9)
    expect(circuit.isOpen).toBe(false)
    fail(1)
    expect(circuit.isOpen).toBe(true)
  })

  it('opens when two looks in a row stay without an answer, and one is none', () => {
    const { circuit } = watched()
    for (const isAlive of [false, true, false, true]) circuit.looked(isAlive)
    expect(circuit.isOpen).toBe(false)
    circuit.looked(false)
    circuit.looked(false)
    expect(circuit.isOpen).toBe(true)
  })

  it('is closed by a look that is answered, and by nothing else', () => {
    const { circuit, turns, fail } = watched()
    fail(10)
    circuit.answered(circuit.era)
    circuit.looked(false)
    expect(circuit.isOpen).toBe(true)
    circuit.looked(true)
    expect(turns).toEqual([true, false])
  })

  it('starts clean once it is closed: what began before says nothing', () => {
    const { circuit, fail } = watched()
    const before = circuit.era
    fail(10)
    circuit.looked(true)
    fail(100, before)
    expect(circuit.isOpen).toBe(false)
    fail(9)
    circuit.answered(before)
    fail(1)
    expect(circuit.isOpen).toBe(true)
  })
})
