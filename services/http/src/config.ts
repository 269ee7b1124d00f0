import Type from 'typebox'

const places = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 100_000, default: fallback, description })

/**
 * How many calls to each service may be under way at once. Of the requests that a process has at work at once (200), one
 * service may take half; those that are held until an order settles only wait, so it may take all of their places.
 */
export const upstreamConfig = {
  UPSTREAM_PLACES: places(100, 'how many calls to a service may be under way at once, from 1 to 100000'),
  UPSTREAM_PLACES_HELD: places(
    400,
    'how many more calls may be under way for requests that wait for an order to settle, from 1 to 100000',
  ),
}

export const upstreamPlaces = (config: { UPSTREAM_PLACES: number; UPSTREAM_PLACES_HELD: number }) => ({
  work: config.UPSTREAM_PLACES,
  held: config.UPSTREAM_PLACES_HELD,
})
