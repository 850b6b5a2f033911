/** Legs on real sockets without Temporal: a SIP end that makes a leg of every INVITE, and the media socket. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { HoldLegInput } from '../../../domain/call.ts'
import { makeCallId, makeLegId } from '../../../domain/ids.ts'
import { isMediaSocketAuthorized, mediaSocketToken } from '../../../domain/media-socket-token.ts'
import { CallRecorder } from '../../../media-gateway/legs/call-recorder.ts'
import { Conferences } from '../../../media-gateway/legs/conferences.ts'
import { Leg } from '../../../media-gateway/legs/leg.ts'
import type { LegHost } from '../../../media-gateway/legs/leg-host.ts'
import { legParty } from '../../../media-gateway/legs/leg-party.ts'
import { LegRegistry } from '../../../media-gateway/legs/leg-registry.ts'
import { MediaSocketServer } from '../../../media-gateway/legs/media-socket-server.ts'
import { RemoteParty } from '../../../media-gateway/legs/remote-party.ts'
import { loadVoiceDetector } from '../../../media-gateway/legs/voice-detector.ts'
import { RecordedSounds } from '../../../media-gateway/legs/waiting-sounds.ts'
import { CallCaptures } from '../../../media-gateway/operations/call-captures.ts'
import { PortPool } from '../../../media-gateway/rtp/index.ts'
import {
  createSipEndpoint,
  type SipEndpointOptions,
  type SrtpPolicy,
} from '../../../media-gateway/sip/index.ts'
import { openMedia } from '../../../media-gateway/webrtc/open-media.ts'
import { TestMediaSocket } from '../../support/media-socket-client.ts'
import { TestPhone } from '../../support/test-phone.ts'

const HOST = '127.0.0.1'
export const DATA_KEY = 'ab'.repeat(32)
export const SECRET = 'a secret of sixteen letters'

export type LegHarness = Awaited<ReturnType<typeof openLegs>>

/** @param noMedia limits, long by default. @param options encryption; more of the SIP end, e.g. browsers' phones. */
export async function openLegs(
  noMedia = { atStartMs: 30_000, laterMs: 15_000 },
  {
    srtp = 'accept',
    mediaHost = HOST,
    ...options
  }: Partial<SipEndpointOptions> & {
    readonly srtp?: SrtpPolicy
    /** Where sound is received, as others are told. */
    readonly mediaHost?: string
  } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'daeri-legs-'))
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const legs = new LegRegistry()
  const captures = new CallCaptures({ folder, dataKey: DATA_KEY, legs, logger })
  const pool = new PortPool({ min: 31_000, max: 31_999 }, { quarantineMs: 0 })
  const newVoiceDetector = await loadVoiceDetector()
  const arrived: Leg[] = []
  const waiting: ((leg: Leg) => void)[] = []
  const sip = await createSipEndpoint({
    host: HOST,
    port: 0,
    userAgent: 'Test',
    ...options,
    logger,
    onInvite: (invite) => {
      const hex = randomBytes(12).toString('hex')
      const isOurs = invite.user !== null
      const ids = { legId: makeLegId(hex), callId: makeCallId(hex.slice(12)), isOurs }
      void Leg.incoming(host, ids, invite).then((leg) => {
        legs.add(leg)
        const next = waiting.shift()
        if (next === undefined) arrived.push(leg)
        else next(leg)
      })
    },
  })
  const phone = await TestPhone.open()
  const host: LegHost = {
    openMedia: (offer, peer = {}) =>
      openMedia(
        {
          rtpHost: HOST,
          publicHost: mediaHost,
          ports: pool,
          portRange: undefined,
          srtp: peer.srtp ?? srtp,
          logger,
        },
        offer,
      ),
    logger,
    noMedia,
    captures,
    waitingSounds: new RecordedSounds(join(folder, 'announcements')),
    newVoiceDetector,
    recordingKey: (legId) => `recordings/${legId}.rec`,
    newRecorder: (legId, codec) =>
      new CallRecorder(join(folder, 'recordings', `${legId}.rec`), codec, DATA_KEY, (error) =>
        logger.error({ err: error }, 'wav'),
      ),
    route: async ({ calleeNumber }) => {
      const [browser] = sip.phonesOf(calleeNumber)
      const hop = browser ?? { target: { host: HOST, port: phone.sip.port } }
      return {
        isBrowser: browser !== undefined,
        dial: (options) => sip.invite({ ...options, ...hop, sdp: options.sdp({ codecs: ['PCMU', 'PCMA'] }) }),
        release: () => {},
      }
    },
  }
  const server = await MediaSocketServer.listen({
    host: HOST,
    port: 0,
    isAuthorized: (header, legId) => isMediaSocketAuthorized(header, SECRET, legId),
    legs,
    logger,
  })
  const sockets: TestMediaSocket[] = []
  const conferences = new Conferences({
    logger,
    open: ({ legId, mediaSocketUrl: url }) =>
      url === undefined
        ? legParty(legs, legId)
        : RemoteParty.open({ legId, url, token: mediaSocketToken(SECRET, legId), logger }),
  })
  const others: TestPhone[] = []

  return {
    captures,
    folder,
    host,
    conferences,
    legs,
    phone,
    pool,
    server,
    sip,
    /** Waits for a moment in which timers and sockets are served. */
    ticks: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
    /** The next call that comes in, ringing. */
    arrival(): Promise<Leg> {
      const leg = arrived.shift()
      return leg === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(leg)
    },
    /** A call from the phone, answered. */
    async answered(codec: 'PCMU' | 'PCMA' = 'PCMU'): Promise<Leg> {
      const calling = phone.call(sip.port, [codec])
      const leg = await this.arrival()
      await leg.answer()
      await calling
      return leg
    },
    /** A call from another phone, answered. */
    async another(
      codec: 'PCMU' | 'PCMA' = 'PCMU',
    ): Promise<{ readonly leg: Leg; readonly phone: TestPhone }> {
      const other = await TestPhone.open()
      others.push(other)
      const calling = other.call(sip.port, [codec])
      const leg = await this.arrival()
      await leg.answer()
      await calling
      return { leg, phone: other }
    },
    dial: async (input: Partial<Extract<HoldLegInput, { kind: 'dial' }>> = {}): Promise<Leg> => {
      const hex = randomBytes(12).toString('hex')
      const leg = await Leg.dial(host, {
        kind: 'dial',
        legId: makeLegId(hex),
        callId: makeCallId(hex.slice(12)),
        callerNumber: '15880000',
        calleeNumber: '01012345678',
        ringTimeoutMs: 20_000,
        ...input,
      })
      legs.add(leg)
      return leg
    },
    urlOf: (leg: Leg) => `ws://${HOST}:${server.port}/legs/${leg.legId}`,
    attach(leg: Leg, cursor?: number, secret = SECRET): TestMediaSocket {
      const url = `ws://${HOST}:${server.port}/legs/${leg.legId}`
      const socket = new TestMediaSocket(url, leg.legId, secret, cursor)
      sockets.push(socket)
      return socket
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.kill()
      await Promise.all(legs.all().map((leg) => leg.hangUp()))
      await Promise.all([phone, ...others].map((each) => each.close()))
      await server.close()
      await sip.close({ graceMs: 200 })
      await rm(folder, { recursive: true })
    },
  }
}
