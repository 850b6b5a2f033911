/**
 * How good a call sounds: the E-model of ITU-T G.107 (06/2015) for narrow-band, with its default values for everything
 * that RTP does not tell. Pure.
 */

/** Signal to noise of the connection and impairment of its levels, with the defaults of table 2. */
const BASIC_SIGNAL_TO_NOISE = 94.77
const SIMULTANEOUS_IMPAIRMENT = 1.41
const TALKER_ECHO_LOUDNESS = 65
const WEIGHTED_ECHO_PATH_LOSS = 110
/** ITU-T G.113 appendix I: G.711 with the concealment of its appendix I. */
const EQUIPMENT_IMPAIRMENT = 0
const LOSS_ROBUSTNESS = 25.1

export interface QualityInput {
  /** From mouth to ear, one way, ms. */
  readonly delayMs: number
  /** 0 to 100. */
  readonly lossPercent: number
  /** Mean length of a loss against that of random loss at the same rate (BurstR); 1: random. */
  readonly burstRatio: number
}

/** Rating factor R: 93.2 at best, below 50 nobody is content. */
export function ratingFactor({ delayMs, lossPercent, burstRatio }: QualityInput): number {
  const equipment =
    EQUIPMENT_IMPAIRMENT +
    ((95 - EQUIPMENT_IMPAIRMENT) * lossPercent) / (lossPercent / Math.max(1, burstRatio) + LOSS_ROBUSTNESS)
  return BASIC_SIGNAL_TO_NOISE - SIMULTANEOUS_IMPAIRMENT - delayImpairment(delayMs) - equipment
}

/** Mean opinion score by annex B: 1 (bad) to 4.5. */
export function meanOpinionScore(input: QualityInput): number {
  const r = ratingFactor(input)
  if (r <= 0) return 1
  if (r >= 100) return 4.5
  const mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6
  return Math.round(Math.max(1, mos) * 100) / 100
}

/** Id: echo to the talker, echo to the listener, and the delay itself. */
function delayImpairment(delayMs: number): number {
  const t = Math.max(0, delayMs)
  const echo =
    TALKER_ECHO_LOUDNESS - 40 * Math.log10((1 + t / 10) / (1 + t / 150)) + 6 * Math.exp(-0.3 * t * t)
  const talker = BASIC_SIGNAL_TO_NOISE - (80 + 2.5 * (echo - 14))
  const talkerEcho = (talker / 2 + Math.sqrt((talker * talker) / 4 + 100) - 1) * (1 - Math.exp(-t))
  const listener = BASIC_SIGNAL_TO_NOISE - 10.5 * (WEIGHTED_ECHO_PATH_LOSS + 7) * (2 * t + 1) ** -0.25
  const listenerEcho = listener / 2 + Math.sqrt((listener * listener) / 4 + 169)
  return talkerEcho + listenerEcho + longDelay(t)
}

/** Idd: nobody minds the first 100 ms. */
function longDelay(t: number): number {
  if (t <= 100) return 0
  const x = Math.log2(t / 100)
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
}
