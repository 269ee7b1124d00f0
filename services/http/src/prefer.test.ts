import { isHeld, MAX_WAIT_SECONDS, preferredWait } from './prefer.ts'

describe('Prefer: wait', () => {
  it.each([
    ['wait=5', 5],
    ['respond-async, wait=10', 10],
    ['Wait = 7', 7],
    ['wait="3"', 3],
    ['wait=0', 0],
    ['wait=100000', MAX_WAIT_SECONDS],
    ['wait=3600', MAX_WAIT_SECONDS],
    ['wait=-1', 0],
    ['wait=soon', 0],
    ['await=5', 0],
    ['', 0],
    [undefined, 0],
  ])('%p holds the request for %p s', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds)
  })
})

describe('a request that may be held', () => {
  it.each([
    ['POST', '/orders', 'wait=5', true],
    ['POST', '/orders?trial', 'wait=5', true],
    ['POST', '/orders', undefined, false],
    ['POST', '/orders', 'wait=0', false],
    ['GET', '/orders', 'wait=5', false],
    ['POST', '/orders/1/cancel', 'wait=5', false],
    ['GET', '/products', 'wait=5', false],
  ])('%s %s with Prefer: %s: %s', (method, url, prefer, held) => {
    expect(isHeld({ method, url, headers: { prefer } })).toBe(held)
  })
})
