/** Figures of one gateway host for Prometheus: what is in use now, what became of its legs, and each live leg. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LegReport, RtpQuality } from '../../domain/call.ts'
import type { TrunkState } from '../trunks/trunk.ts'

/** A leg that lives, as far as its figures go. */
export interface LiveLeg {
  readonly legId: string
  readonly quality: RtpQuality
}

export interface GatewayFigures {
  /** Name -> how many are in use. */
  readonly inUse: () => Readonly<Record<string, number>>
  readonly channels: number
  readonly isReady: () => boolean
  readonly trunks: () => readonly TrunkState[]
  readonly liveLegs: () => readonly LiveLeg[]
}

const UP = { up: 1, down: 0, unknown: -1 } as const

export class GatewayMetrics {
  readonly #registry = new Registry()
  readonly #ended: Counter<'outcome' | 'sip_code'>
  readonly #refused: Counter<'sip_code'>
  readonly #duration: Histogram
  readonly #mos: Histogram
  readonly #jitter: Histogram
  readonly #lost: Counter
  readonly #received: Counter
  readonly #latency: Histogram

  constructor(figures: GatewayFigures) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#ended = new Counter({
      name: 'daeri_legs_ended_total',
      help: 'Legs that are over, by outcome and the SIP status that decided it',
      labelNames: ['outcome', 'sip_code'] as const,
      registers,
    })
    this.#refused = new Counter({
      name: 'daeri_calls_refused_total',
      help: 'Calls that came in and became no leg, by SIP status',
      labelNames: ['sip_code'] as const,
      registers,
    })
    const histogram = (name: string, help: string, buckets: number[]) =>
      new Histogram({ name, help, buckets, registers })
    this.#duration = histogram('daeri_leg_seconds', 'From answer to end', [5, 15, 30, 60, 120, 180, 300, 900])
    this.#mos = histogram('daeri_leg_mos', 'Opinion score by the E-model', [2, 3, 3.5, 3.8, 4, 4.2, 4.4])
    this.#jitter = histogram(
      'daeri_leg_jitter_seconds',
      'Interarrival jitter',
      [0.002, 0.005, 0.01, 0.02, 0.03, 0.06],
    )
    this.#latency = histogram(
      'daeri_answer_latency_seconds',
      "From the caller's last voice to the first packet of our answer, on the wire",
      [0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5],
    )
    const counter = (name: string, help: string) => new Counter({ name, help, registers })
    this.#received = counter('daeri_rtp_packets_received_total', 'Of legs that are over')
    this.#lost = counter('daeri_rtp_packets_lost_total', 'Of legs that are over')
    addHostGauges(this.#registry, figures)
    addTrunkGauges(this.#registry, figures)
    addLegGauges(this.#registry, figures)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  refused(sipCode: number): void {
    this.#refused.inc({ sip_code: String(sipCode) })
  }

  ended({ outcome, sipCode, answeredAt, durationMs, quality, latencies }: LegReport): void {
    this.#ended.inc({ outcome, sip_code: String(sipCode ?? 0) })
    if (answeredAt !== null) this.#duration.observe(durationMs / 1_000)
    for (const { ms } of latencies) this.#latency.observe(ms / 1_000)
    if (quality === null) return
    this.#received.inc(quality.packetsReceived)
    this.#lost.inc(Math.max(0, quality.packetsLost))
    this.#jitter.observe(quality.jitterMs / 1_000)
    if (typeof quality.mos === 'number') this.#mos.observe(quality.mos)
  }
}

function addHostGauges(registry: Registry, figures: GatewayFigures): void {
  const registers = [registry]
  new Gauge({
    name: 'daeri_gateway_in_use',
    help: 'What is in use now',
    labelNames: ['what'] as const,
    registers,
    collect() {
      for (const [what, count] of Object.entries(figures.inUse())) this.set({ what }, count)
    },
  })
  new Gauge({
    name: 'daeri_gateway_channels',
    help: 'Legs that this host may have at a time',
    registers,
    collect() {
      this.set(figures.channels)
    },
  })
  new Gauge({
    name: 'daeri_gateway_ready',
    help: '1: new calls are taken',
    registers,
    collect() {
      this.set(figures.isReady() ? 1 : 0)
    },
  })
}

function addTrunkGauges(registry: Registry, figures: GatewayFigures): void {
  const registers = [registry]
  new Gauge({
    name: 'daeri_trunk_channels_in_use',
    help: 'Calls of a trunk, both ways',
    labelNames: ['trunk'] as const,
    registers,
    collect() {
      for (const { name, channelsInUse } of figures.trunks()) this.set({ trunk: name }, channelsInUse)
    },
  })
  new Gauge({
    name: 'daeri_trunk_server_up',
    help: '1: answers OPTIONS, 0: does not, -1: not known',
    labelNames: ['trunk', 'server'] as const,
    registers,
    collect() {
      for (const { name, servers } of figures.trunks())
        for (const { host, port, isUp } of servers)
          this.set(
            { trunk: name, server: `${host}:${port}` },
            UP[isUp === null ? 'unknown' : isUp ? 'up' : 'down'],
          )
    },
  })
  new Gauge({
    name: 'daeri_trunk_registered',
    help: '1: registered; only for trunks where we register',
    labelNames: ['trunk'] as const,
    registers,
    collect() {
      for (const { name, registration } of figures.trunks())
        if (registration !== null) this.set({ trunk: name }, registration === 'registered' ? 1 : 0)
    },
  })
}

/** Of legs that live: there are as many as channels at the most, and each goes with its leg. */
function addLegGauges(registry: Registry, figures: GatewayFigures): void {
  const gauge = (name: string, help: string, value: (quality: RtpQuality) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['leg'] as const,
      registers: [registry],
      collect() {
        this.reset()
        for (const { legId, quality } of figures.liveLegs()) {
          const figure = value(quality)
          if (figure !== null) this.set({ leg: legId }, figure)
        }
      },
    })
  gauge('daeri_live_leg_packets_received', 'RTP packets', ({ packetsReceived }) => packetsReceived)
  gauge('daeri_live_leg_packets_sent', 'RTP packets', ({ packetsSent }) => packetsSent)
  gauge('daeri_live_leg_packets_lost', 'RTP packets', ({ packetsLost }) => packetsLost)
  gauge('daeri_live_leg_jitter_seconds', 'Interarrival jitter', ({ jitterMs }) => jitterMs / 1_000)
  gauge('daeri_live_leg_mos', 'Opinion score by the E-model', ({ mos }) => mos ?? null)
}
