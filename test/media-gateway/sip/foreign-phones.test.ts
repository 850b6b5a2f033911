/** A phone that others have made: sip.js, as it runs in a browser, over a WebSocket. */
import { Inviter, Registerer, type SessionDescriptionHandler, SessionState, UserAgent } from 'sip.js'
import { afterEach, describe, expect, it } from 'vitest'
import type { Dialog, IncomingInvite, SipEndpointOptions } from '../../../media-gateway/sip/index.ts'
import { answerTo, cleanUp, closeLater, HOST, offerOf, openEndpoint, until } from './harness.ts'

afterEach(cleanUp)

const USER = { username: 'agent-1', password: 'a long secret', numbers: ['1001'] }

async function openExchange(options: Partial<SipEndpointOptions> = {}) {
  const invites: IncomingInvite[] = []
  const dialogs: Dialog[] = []
  const endpoint = await openEndpoint({
    transports: { ws: { port: 0 } },
    // sip.js knows no SHA-256 and reads the first challenge alone.
    phones: {
      realm: 'daeri',
      algorithms: ['MD5'],
      users: { find: (name) => (name === USER.username ? USER : null) },
    },
    onInvite: (invite) => {
      invites.push(invite)
      invite.ringing()
      void invite.answer(answerTo(invite)).then((dialog) => dialogs.push(dialog))
    },
    ...options,
  })
  return { endpoint, invites, dialogs }
}

/** sip.js without a browser: our SDP in, theirs out. */
const sdpOnly = (): SessionDescriptionHandler => ({
  close: () => {},
  getDescription: async () => ({ body: offerOf(40_000), contentType: 'application/sdp' }),
  hasDescription: (contentType) => contentType === 'application/sdp',
  rollbackDescription: async () => {},
  setDescription: async () => {},
  sendDtmf: () => false,
})

describe('sip.js over a WebSocket', () => {
  async function openSipJs(port: number) {
    const agent = new UserAgent({
      uri: UserAgent.makeURI(`sip:${USER.username}@${HOST}`),
      transportOptions: { server: `ws://${HOST}:${port}` },
      authorizationUsername: USER.username,
      authorizationPassword: USER.password,
      sessionDescriptionHandlerFactory: sdpOnly,
      logBuiltinEnabled: false,
      delegate: { onInvite: (invitation) => void invitation.accept() },
    } as ConstructorParameters<typeof UserAgent>[0])
    await agent.start()
    closeLater(() => agent.stop())
    return agent
  }

  it('registers, calls, is called, and goes', async () => {
    const { endpoint, invites, dialogs } = await openExchange()
    const agent = await openSipJs(endpoint.ports.WS ?? 0)
    const registerer = new Registerer(agent)
    await registerer.register()
    await until(() => endpoint.stats().registeredPhones === 1)

    const target = UserAgent.makeURI(`sip:15880000@${HOST}`)
    if (target === undefined) throw new Error('no URI')
    const inviter = new Inviter(agent, target)
    await inviter.invite()
    await until(() => inviter.state === SessionState.Established && dialogs.length === 1)
    expect(invites[0]).toMatchObject({ user: 'agent-1', toNumber: '15880000', source: { protocol: 'WS' } })
    void dialogs[0]?.bye()
    await until(() => inviter.state === SessionState.Terminated)

    const [phone] = endpoint.phonesOf('1001')
    if (phone === undefined) throw new Error('not registered')
    const call = endpoint.invite({
      ...phone,
      callerNumber: '15880000',
      calleeNumber: '1001',
      sdp: offerOf(20_000),
    })
    const outcome = await call.outcome
    if (outcome.kind !== 'answered') throw new Error(`not answered: ${outcome.code}`)
    await outcome.dialog.bye()

    await registerer.unregister()
    await until(() => endpoint.stats().registeredPhones === 0)
    await agent.stop()
    await until(() => Object.values(endpoint.stats()).every((count) => count === 0))
  })
})
