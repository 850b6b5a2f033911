/** One gateway host: SIP, RTP, media socket and Temporal put together. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { LegId } from '../domain/ids.ts'
import { isMediaSocketAuthorized, mediaSocketToken } from '../domain/media-socket-token.ts'
import { RECORDING_EXTENSION } from '../domain/recording-file.ts'
import { connectWorkerConnection, createLazyClient, dataConverter } from '../temporal/connection.ts'
import { CallRecorder } from './legs/call-recorder.ts'
import { Conferences } from './legs/conferences.ts'
import type { LegHost } from './legs/leg-host.ts'
import { legParty } from './legs/leg-party.ts'
import { LegRegistry } from './legs/leg-registry.ts'
import { MediaSocketServer } from './legs/media-socket-server.ts'
import { loadOwnHoldMusic } from './legs/own-hold-music.ts'
import { loadPersonJudge } from './legs/person/person-judge.ts'
import { RemoteParty } from './legs/remote-party.ts'
import { loadVoiceDetector } from './legs/voice-detector.ts'
import { RecordedSounds } from './legs/waiting-sounds.ts'
import { CallCaptures } from './operations/call-captures.ts'
import { GatewayMetrics } from './operations/gateway-metrics.ts'
import { MessageLog } from './operations/message-log.ts'
import { operationsHttp } from './operations/operations-http.ts'
import { Retention } from './operations/retention.ts'
import { PortPool } from './rtp/index.ts'
import { createSipEndpoint, type SipStats } from './sip/index.ts'
import { sipPhones, sipTransports } from './sip-setup.ts'
import { CallClient } from './temporal/call-client.ts'
import { InboundCalls } from './temporal/inbound-calls.ts'
import { createLegActivities } from './temporal/leg-activities.ts'
import { createLegOperations } from './temporal/leg-operations.ts'
import { MissedCalls } from './temporal/missed-calls.ts'
import { GatewayWorkers } from './temporal/workers.ts'
import type { TrunkState } from './trunks/trunk.ts'
import { Trunks } from './trunks/trunks.ts'
import { openMedia } from './webrtc/open-media.ts'

/** How often the log says which calls a drain waits for. */
const TELL_DRAIN_MS = 5_000
/** A carrier that does not answer is not waited for. */
const UNREGISTER_MS = 2_000
const NO_MEDIA = { atStartMs: 30_000, laterMs: 15_000 } as const

export type GatewaySettings = Pick<
  Settings,
  | 'dataDir'
  | 'secret'
  | 'dataKey'
  | 'host'
  | 'mediaSocketHost'
  | 'retention'
  | 'ports'
  | 'publicUrl'
  | 'temporal'
  | 'sip'
  | 'outbound'
>

/** Times that tests shorten. */
export interface GatewayTimings {
  readonly noMedia?: { readonly atStartMs: number; readonly laterMs: number }
  readonly portQuarantineMs?: number
  readonly drainMs?: number
  readonly unansweredMs?: number
  readonly missedCallRetryMs?: number
  readonly trunks?: { readonly queueMs?: number; readonly firstResponseMs?: number }
}

/** What is in use; all zero when nothing leaks. */
interface GatewayUsage extends SipStats {
  readonly legs: number
  readonly conferences: number
  readonly rtpPortPairs: number
  readonly mediaSockets: number
}

export interface Gateway {
  /** Name of the host; part of its task queues. */
  readonly name: string
  readonly sipPort: number
  readonly mediaSocketPort: number
  readonly polling: boolean
  readonly trunks: readonly TrunkState[]
  usage(): GatewayUsage
  /** No new calls, our registration is taken back; live ones may finish for a while, then they are hung up. */
  stop(): Promise<void>
  /** `stop` waits for live calls no longer. */
  hurry(): void
}

/**
 * Comes up whether Temporal is there or not.
 * @throws when a port can't be bound.
 */
export async function startGateway(
  settings: GatewaySettings,
  logger: Logger,
  timings: GatewayTimings = {},
): Promise<Gateway> {
  const { host, ports, dataDir } = settings
  const trunks = await Trunks.create({ settings: settings.sip.trunks, logger, ...timings.trunks })
  const newVoiceDetector = await loadVoiceDetector()
  const calls = new CallClient(createLazyClient(settings))
  const legs = new LegRegistry((report) => metrics.ended(report))
  const messages = new MessageLog({ folder: dataDir, dataKey: settings.dataKey, logger })
  const captures = new CallCaptures({ folder: dataDir, dataKey: settings.dataKey, legs, logger })
  const conferences = new Conferences({
    logger,
    open: ({ legId, mediaSocketUrl: url }) =>
      url === undefined || legs.get(legId) !== undefined
        ? legParty(legs, legId)
        : RemoteParty.open({ legId, url, token: mediaSocketToken(settings.secret, legId), logger }),
  })
  const pool = new PortPool(
    { min: ports.rtpMin, max: ports.rtpMax },
    timings.portQuarantineMs === undefined ? {} : { quarantineMs: timings.portQuarantineMs },
  )
  const retention = new Retention({ folder: dataDir, logger, ...settings.retention })
  retention.start()
  const missedCalls = new MissedCalls(
    join(dataDir, 'missed-calls'),
    (call) => calls.startMissedCall(call),
    logger,
    timings.missedCallRetryMs,
  )
  await missedCalls.start()
  const mediaSocket = await MediaSocketServer.listen({
    host,
    port: ports.mediaSocket,
    isAuthorized: (header, legId) => isMediaSocketAuthorized(header, settings.secret, legId),
    legs,
    logger,
    http: (request, response) => serveOperations(request, response),
  })
  const recordingKey = (legId: LegId) => `recordings/${legId}${RECORDING_EXTENSION}`
  const phones = sipPhones(settings)
  const sip = await createSipEndpoint({
    host,
    port: ports.sip,
    publicHost: settings.sip.publicHost,
    learnsAddress: settings.sip.learnsAddress,
    rport: settings.sip.rport,
    userAgent: 'Daeri',
    transports: await sipTransports(settings),
    ...phones,
    logger,
    onInvite: (invite) => void inbound.receive(invite),
    // A load balancer that asks by SIP is told the same as one that asks by HTTP.
    onOptions: () => ({ code: draining ? 503 : 200 }),
  })
  sip.onMessage((message) => messages.tap(message))
  const announcements = join(dataDir, 'announcements')
  const legHost: LegHost = {
    openMedia: (offer, { srtp = settings.sip.srtp, publicHost = settings.sip.publicHost } = {}) =>
      openMedia(
        {
          rtpHost: host,
          publicHost,
          ports: pool,
          srtp,
          portRange: [ports.webRtcMin, ports.webRtcMax],
          logger,
        },
        offer,
      ),
    logger,
    noMedia: timings.noMedia ?? NO_MEDIA,
    newVoiceDetector,
    newPersonJudge: loadPersonJudge(settings.sip, logger),
    recordingKey,
    newRecorder: (legId, codec) =>
      new CallRecorder(join(dataDir, recordingKey(legId)), codec, settings.dataKey, (error) =>
        logger.error({ err: error, legId }, 'recording failed'),
      ),
    route: (numbers) => trunks.route(numbers),
    messages,
    captures,
    waitingSounds: new RecordedSounds(announcements),
  }
  const name = settings.sip.gatewayHost ?? `${hostname()}-${sip.port}`
  const { channels } = settings.sip
  const apologyFile = join(announcements, 'apology-ko.mulaw')
  await loadOwnHoldMusic(announcements, logger)
  const inbound = new InboundCalls({
    gatewayHost: name,
    channels,
    host: legHost,
    legs,
    logger,
    missedCalls,
    admit: (invite) => trunks.admit(invite),
    hostFor: (peer) => sip.hostFor(peer),
    onRefused: (sipCode) => metrics.refused(sipCode),
    startWorkflow: (input) => calls.startInboundCall(input),
    startAgentCall: (input) => calls.startAgentCall(input),
    numberOf: async (username) => (await phones.phones?.users.find(username))?.numbers[0] ?? null,
    apologyFile,
    ...(timings.unansweredMs === undefined ? {} : { unansweredMs: timings.unansweredMs }),
  })
  trunks.open(sip)
  let draining = false
  let stopping = false
  const usage = (): GatewayUsage => ({
    ...sip.stats(),
    legs: legs.size,
    conferences: conferences.size,
    rtpPortPairs: pool.inUse,
    mediaSockets: mediaSocket.size,
  })
  const readiness = () => (draining ? 'draining' : workers.polling ? 'ready' : 'temporal_unreachable')
  const metrics = new GatewayMetrics({
    inUse: () => ({ ...usage() }),
    channels,
    isReady: () => readiness() === 'ready',
    trunks: () => trunks.states,
    liveLegs: () =>
      legs
        .all()
        .flatMap(({ legId, media }) => (media === undefined ? [] : [{ legId, quality: media.quality }])),
  })
  const serveOperations = operationsHttp({
    secret: settings.secret,
    name,
    metrics,
    readiness,
    trunks: () => trunks.states,
    liveLegs: () => legs.size,
    isRegistered: (number) => sip.phonesOf(number).length > 0,
    softphonePort: sip.ports.WS ?? null,
    dataDir,
    captures,
  })
  const workers = GatewayWorkers.start({
    gatewayHost: name,
    channels,
    outboundCalls: settings.outbound.maxCalls,
    namespace: settings.temporal.namespace,
    dataConverter: dataConverter(settings),
    connect: () => connectWorkerConnection(settings),
    logger,
    activities: createLegActivities({
      host: legHost,
      legs,
      logger,
      channels,
      sendLegEvent: (workflowId, event) => calls.signalLegEvent(workflowId, event),
      apologyFile,
      gatewayHost: name,
      mediaSocketUrl: (legId) => `ws://${settings.mediaSocketHost}:${mediaSocket.port}/legs/${legId}`,
      isStopping: () => stopping,
      isDraining: () => draining,
    }),
    operations: createLegOperations({
      legs,
      conferences,
      announcements,
      botAuthToken: settings.sip.botAuthToken,
      logger,
    }),
  })

  const hurried = Promise.withResolvers<void>()

  async function stop(): Promise<void> {
    draining = true
    inbound.drain()
    const unregistered = trunks.stop()
    if (legs.size > 0) logger.info({ legs: legs.size }, 'no new calls; live ones may end')
    const told = setInterval(() => logger.info({ legs: legs.size }, 'waiting for live calls'), TELL_DRAIN_MS)
    const drained = wait(timings.drainMs ?? settings.sip.drainSeconds * 1_000)
    await Promise.race([legs.empty(), drained, hurried.promise])
    clearInterval(told)
    if (legs.size > 0) logger.warn({ legs: legs.size }, 'calls are hung up: the drain is over')
    stopping = true
    await Promise.all(legs.all().map((leg) => leg.hangUp()))
    await workers.stop()
    await Promise.race([unregistered, wait(UNREGISTER_MS)])
    await Promise.all([
      sip.close({ graceMs: 500 }),
      mediaSocket.close(),
      missedCalls.stop(),
      retention.stop(),
    ])
    await messages.close()
    await calls.close()
  }

  return {
    name,
    sipPort: sip.port,
    mediaSocketPort: mediaSocket.port,
    get polling() {
      return workers.polling
    },
    usage,
    get trunks() {
      return trunks.states
    },
    stop,
    hurry: () => hurried.resolve(),
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
