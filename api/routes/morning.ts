/** The owner's morning: the orders of a night, sorted. */
import { createRoute, z } from '@hono/zod-openapi'
import { morningOrder, readNight } from '../../db/queries/morning.ts'
import { isPaid, koreanDate, MORNING_GROUPS, nightOf } from '../../domain/morning.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { type MorningOrderView, morningSchema } from '../schemas/morning.ts'
import { viewMorningOrder } from '../views/morning.ts'
import { createViewContext, shownTime } from '../views/view-context.ts'
import { json, problems } from './responses.ts'

const route = createRoute({
  method: 'get',
  path: '/api/morning',
  tags: ['Tickets'],
  summary: 'The orders of the night before a morning, in groups',
  request: { query: z.object({ date: z.iso.date().optional().describe('today in Korea unless told') }) },
  responses: {
    200: json(morningSchema, 'The night'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

/** Adds the route. */
export function addMorningRoute(router: ApiRouter, { database, settings, now }: ApiDependencies): void {
  const view = createViewContext(settings)
  router.declare('signed_in', route, async (c) => {
    const date = c.req.valid('query').date ?? koreanDate(now().getTime())
    const night = nightOf(date, settings.morning)
    if (night === null) {
      const errors = [{ path: 'query.date', message: 'not a day of the calendar' }]
      throw new ApiProblem('invalid_request', '1 field(s) are not valid.', { errors })
    }
    const orders = await readNight(database, night)
    const of = (group: (typeof MORNING_GROUPS)[number]): MorningOrderView[] =>
      orders
        .filter((order) => order.group === group)
        .map(({ row }) => viewMorningOrder(row, isPaid(morningOrder(row)), view))
    return c.json(
      {
        date,
        from: shownTime(new Date(night.from)),
        until: shownTime(new Date(night.until)),
        groups: MORNING_GROUPS.map((group) => ({ group, orders: of(group) })),
      },
      200,
    )
  })
}
