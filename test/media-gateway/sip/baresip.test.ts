/**
 * baresip, a phone of other people, registers with us over UDP, TCP and TLS and is called there; it holds a call, passes
 * it on, and is passed on.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { answerReoffer, type Dialog, parseSdp, type ReferRequest } from '../../../media-gateway/sip/index.ts'
import { type Baresip, hasBaresip, startBaresip } from '../../support/baresip.ts'
import { monoWav, tonePcm } from '../../support/tones.ts'
import { answerTo, cleanUp, closeLater, HOST, offerOf, openEndpoint, UNHURRIED, until } from './harness.ts'
import { TLS } from './stream-harness.ts'

const isInstalled = hasBaresip('ctrl_tcp')

afterEach(cleanUp)

const USER = { username: 'agent-1', password: 'long-secret', numbers: ['1001'] }

async function startPhone(server: string): Promise<Baresip> {
  const { username, password } = USER
  const phone = await startBaresip({
    account: `<sip:${username}@${server}>;auth_user=${username};auth_pass=${password};regint=60`,
    config: ['sip_cafile {folder}/ca.pem'],
    files: { 'ca.pem': TLS.cert },
  })
  closeLater(phone.stop)
  return phone
}

/** It calls us, we have answered; then what it asks of the call. */
async function answerBaresip() {
  const directions: (string | undefined)[] = []
  const referred = Promise.withResolvers<ReferRequest>()
  const answered = Promise.withResolvers<Dialog>()
  const endpoint = await openEndpoint({
    timers: UNHURRIED,
    onInvite: (invite) => {
      invite.answer(answerTo(invite)).then(answered.resolve, answered.reject)
    },
  })
  const phone = await startBaresip({
    account: `<sip:agent@${HOST}:${endpoint.port}>;regint=0`,
    config: ['audio_source aufile,{folder}/tone.wav', 'audio_player aufile,/dev/null'],
    files: { 'tone.wav': monoWav(tonePcm(440, 20_000)) },
    first: `/dial sip:15880000@${HOST}:${endpoint.port}`,
  })
  closeLater(phone.stop)
  const dialog = await answered.promise
  dialog.onReinvite((offer) => {
    if (offer !== null) directions.push(parseSdp(offer).media[0]?.direction)
    return answerReoffer(dialog.localSdp, offer)
  })
  dialog.onRefer((request, accept) => {
    accept().notify(200)
    referred.resolve(request)
  })
  return { phone, dialog, directions, referred: referred.promise }
}

/** Somebody whom others are passed on to. */
async function openThirdParty() {
  const answered = Promise.withResolvers<Dialog>()
  const endpoint = await openEndpoint({
    timers: UNHURRIED,
    onInvite: (invite) => {
      invite.answer(answerTo(invite)).then(answered.resolve, answered.reject)
    },
  })
  return { endpoint, answered: answered.promise }
}

describe.skipIf(!isInstalled)('baresip', () => {
  it.each(['UDP', 'TCP', 'TLS'] as const)('over %s registers, rings, and goes', async (protocol) => {
    const endpoint = await openEndpoint({
      timers: UNHURRIED,
      transports: { tcp: { port: 0 }, tls: { port: 0, ...TLS } },
      phones: { realm: 'daeri', algorithms: ['MD5'], users: { find: () => USER } },
    })
    const phone = await startPhone(`${HOST}:${endpoint.ports[protocol]};transport=${protocol.toLowerCase()}`)
    await until(() => endpoint.stats().registeredPhones === 1)
    const [found] = endpoint.phonesOf('1001')
    if (found === undefined) throw new Error('not registered')
    expect(found.target.protocol ?? 'UDP').toBe(protocol)
    const numbers = { callerNumber: '15880000', calleeNumber: '1001' }
    const call = endpoint.invite({ ...found, ...numbers, sdp: offerOf(20_000) })
    await until(() => call.state === 'ringing')
    call.cancel()
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled', code: 487 })
    // Before it ends it takes its registration back.
    phone.kill('SIGTERM')
    await until(() => endpoint.stats().registeredPhones === 0)
  })

  it('holds the call and takes it back', async () => {
    const { phone, dialog, directions } = await answerBaresip()
    await phone.command('hold')
    await until(() => directions.length === 1)
    await phone.command('resume')
    await until(() => directions.length === 2)
    expect(directions).toEqual(['sendonly', 'sendrecv'])
    await dialog.bye()
  })

  it('passes us on, and hangs up once that has worked', async () => {
    const { phone, dialog, referred } = await answerBaresip()
    await phone.command('transfer', `sip:1002@${HOST}`)
    await expect(referred).resolves.toMatchObject({ targetNumber: '1002', replaces: null })
    await expect(dialog.ended).resolves.toMatchObject({ by: 'remote', cause: 'bye' })
  })

  it('is held by us, and calls whom we pass it on to', async () => {
    const { dialog } = await answerBaresip()
    const third = await openThirdParty()
    const answer = await dialog.reinvite(`${dialog.localSdp}a=sendonly\r\n`)
    expect(parseSdp(answer).media[0]?.direction).toBe('recvonly')
    await expect(dialog.refer(`sip:1002@${HOST}:${third.endpoint.port}`)).resolves.toEqual({ code: 200 })
    const withThird = await third.answered
    await Promise.all([dialog.bye(), withThird.bye()])
  })
})
