import { explainDifference } from './topology-differs.ts'

const said = (what: string) =>
  new Error(
    `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg ${what}"`,
  )

describe('a queue or exchange that is not as it was declared', () => {
  it.each([
    [
      "'x-max-length' for queue 'shop.orders.stock' in vhost '/': received '5' but current is '10000'",
      'the queue shop.orders.stock has x-max-length 10000, and this process wants 5',
    ],
    [
      "'x-max-length' for queue 'q' in vhost 'it's': received the value '5' of type 'signedint' but current is the value '9' of type 'long'",
      'the queue q has x-max-length 9, and this process wants 5',
    ],
    [
      "'x-max-length' for queue 'q' in vhost '/': received none but current is the value '9' of type 'short'",
      'the queue q has x-max-length 9, and this process wants none',
    ],
    [
      "'x-overflow' for queue 'q' in vhost '/': received the value 'reject-publish' of type 'longstr' but current is none",
      'the queue q has x-overflow none, and this process wants reject-publish',
    ],
    [
      "'type' for exchange 'shop.wake' in vhost '/': received 'direct' but current is 'fanout'",
      'the exchange shop.wake has type fanout, and this process wants direct',
    ],
  ])('is named with both values: %s', (what, expected) => {
    const { name, message } = explainDifference(said(what))
    expect([name, message]).toEqual(['Missing', expect.stringContaining(`${expected}: `)])
  })

  it('is not what every refusal speaks of', () => {
    const refusal = new Error('403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - access to queue …"')
    expect(explainDifference(refusal)).toBe(refusal)
  })
})
