/** Microphone, loudspeaker and the sound of ringing, as this browser has them. */
import type { SoftphoneAudio } from './softphone.ts'

const MICROPHONE_KEY = 'daeri-microphone'
const SPEAKER_KEY = 'daeri-speaker'
/** One second on, two off, as telephones ring here. */
const RING_EVERY_MS = 3_000
const RING_SECONDS = 1
const RING_HZ = [440, 480] as const
const RING_VOLUME = 0.12
/** What one hears of a telephone that rings at the other end: softer, as it is at the ear. */
const RING_BACK_VOLUME = 0.04

export interface AudioDevices {
  readonly microphones: readonly MediaDeviceInfo[]
  /** Empty where the browser lets nobody choose. */
  readonly speakers: readonly MediaDeviceInfo[]
}

/** Ids as the browser gives them; undefined: its own choice. */
export const chosenMicrophone = (): string | undefined => localStorage.getItem(MICROPHONE_KEY) ?? undefined
export const chosenSpeaker = (): string | undefined => localStorage.getItem(SPEAKER_KEY) ?? undefined

function keep(key: string, deviceId: string | undefined): void {
  if (deviceId === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, deviceId)
}

export const keepMicrophone = (deviceId: string | undefined): void => keep(MICROPHONE_KEY, deviceId)

/** Labels are there once the microphone was allowed. */
export async function listDevices(): Promise<AudioDevices> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  const of = (kind: MediaDeviceKind) =>
    devices.filter(
      (device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default',
    )
  const canChoose = 'setSinkId' in HTMLMediaElement.prototype
  return { microphones: of('audioinput'), speakers: canChoose ? of('audiooutput') : [] }
}

/** @throws DOMException where it is not allowed or not there. */
export async function openMicrophone(
  deviceId: string | undefined = chosenMicrophone(),
): Promise<MediaStream> {
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  if (deviceId === undefined) return navigator.mediaDevices.getUserMedia({ audio: wanted })
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { ...wanted, deviceId: { exact: deviceId } } })
  } catch (error) {
    // Unplugged since: any other is better than none.
    if (!(error instanceof DOMException) || error.name !== 'OverconstrainedError') throw error
    return navigator.mediaDevices.getUserMedia({ audio: wanted })
  }
}

export class BrowserAudio implements SoftphoneAudio {
  readonly #element = new Audio()
  #ringing: ReturnType<typeof setInterval> | undefined
  #context: AudioContext | undefined

  readonly microphone = openMicrophone

  readonly play = (stream: MediaStream | null): void => {
    this.#element.srcObject = stream
    if (stream === null) return
    void this.setSpeaker(chosenSpeaker())
    void this.#element.play().catch(() => {})
  }

  async setSpeaker(deviceId: string | undefined): Promise<void> {
    keep(SPEAKER_KEY, deviceId)
    if ('setSinkId' in this.#element) await this.#element.setSinkId(deviceId ?? '').catch(() => {})
  }

  /** Again and again until `stopRinging`. */
  ring(): void {
    this.#repeat(RING_VOLUME)
  }

  /** So does this, for a call that we make. */
  ringBack(): void {
    this.#repeat(RING_BACK_VOLUME)
  }

  #repeat(volume: number): void {
    if (this.#ringing !== undefined || !('AudioContext' in window)) return
    this.#context ??= new AudioContext()
    if (this.#context.state === 'suspended') void this.#context.resume()
    this.#ringOnce(this.#context, volume)
    const context = this.#context
    this.#ringing = setInterval(() => this.#ringOnce(context, volume), RING_EVERY_MS)
  }

  stopRinging(): void {
    clearInterval(this.#ringing)
    this.#ringing = undefined
  }

  #ringOnce(context: AudioContext, volume: number): void {
    const gain = context.createGain()
    const start = context.currentTime
    const end = start + RING_SECONDS
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(volume, start + 0.04)
    gain.gain.setValueAtTime(volume, end - 0.04)
    gain.gain.linearRampToValueAtTime(0, end)
    gain.connect(context.destination)
    for (const hz of RING_HZ) {
      const oscillator = context.createOscillator()
      oscillator.frequency.value = hz
      oscillator.connect(gain)
      oscillator.start(start)
      oscillator.stop(end)
    }
  }
}
