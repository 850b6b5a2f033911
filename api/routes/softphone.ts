/** The telephone in the browser: who it is at the gateway, and the way there. */
import { createRoute } from '@hono/zod-openapi'
import { isPhoneOn } from '../../activities/gateway-phones.ts'
import { colleaguePhones, extensionOf } from '../../db/queries/agent-phones.ts'
import { makeSoftphoneUser, SOFTPHONE_LIFETIME_SECONDS } from '../../domain/softphone.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { softphoneWays } from '../gateways.ts'
import { ApiProblem, problemResponse } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { phoneColleaguesSchema, softphoneCredentialsSchema } from '../schemas/softphone.ts'
import { MAX_SIP_BYTES, relaySip } from '../softphone-relay.ts'
import { json, problems } from './responses.ts'

const SOCKET_PATH = '/api/softphone/socket'

const credentialsRoute = createRoute({
  method: 'post',
  path: '/api/softphone/credentials',
  tags: ['Softphone'],
  summary: 'Name and password at the gateway for some hours; the person’s own password is none of it',
  responses: { 200: json(softphoneCredentialsSchema, 'Who this browser is'), ...problems('unauthenticated') },
})

const colleaguesRoute = createRoute({
  method: 'get',
  path: '/api/softphone/colleagues',
  tags: ['Softphone'],
  summary: 'Colleagues with a telephone, and whether they can be called now: the free ones first',
  responses: {
    200: json(phoneColleaguesSchema, 'Everybody but oneself'),
    ...problems('unauthenticated'),
  },
})

const PRESENCES = ['free', 'busy', 'away'] as const

export function addSoftphoneRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { settings, database, signIn, now } = deps
  router.declare('signed_in', credentialsRoute, async (c) => {
    const { id, name } = c.get('person')
    const expiresAt = Math.floor(now().getTime() / 1_000) + SOFTPHONE_LIFETIME_SECONDS
    const extension = await extensionOf(database, id)
    const { username, password } = makeSoftphoneUser(settings.secret, extension, expiresAt)
    c.header('cache-control', 'no-store')
    return c.json(
      {
        path: SOCKET_PATH,
        domain: settings.sip.publicHost,
        username,
        password,
        display_name: name,
        extension,
        expires_at: new Date(expiresAt * 1_000).toISOString(),
      },
      200,
    )
  })

  router.declare('signed_in', colleaguesRoute, async (c) => {
    const phones = await colleaguePhones(database, c.get('person').id)
    const colleagues = await Promise.all(
      phones.map(async ({ name, extension, isTalking }) => {
        const isOn = await isPhoneOn(settings, extension)
        return { name, extension, presence: isTalking ? 'busy' : isOn ? 'free' : 'away' } as const
      }),
    )
    const rank = ({ presence }: (typeof colleagues)[number]) => PRESENCES.indexOf(presence)
    return c.json({ colleagues: colleagues.toSorted((a, b) => rank(a) - rank(b)) }, 200)
  })

  router.declarePlain('signed_in', 'get', SOCKET_PATH, (c) => {
    const { headers } = c.req.raw
    const { id } = c.get('person')
    c.env.acceptUpgrade?.(
      (socket) =>
        relaySip(
          socket,
          extensionOf(database, id).then((extension) => softphoneWays(settings, extension)),
          async () => (await signIn.findPerson(headers)) !== null,
        ),
      MAX_SIP_BYTES,
    )
    return problemResponse(new ApiProblem('malformed_request', 'This address speaks WebSocket.'))
  })
}
