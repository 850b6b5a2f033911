/**
 * This browser's telephone, one for the whole app: off until somebody turns it on, remembered per browser. What speaks SIP is
 * loaded only then.
 */
import { softphoneCredentials } from '../api/softphone.ts'
import { BrowserAudio, chosenMicrophone, keepMicrophone, openMicrophone } from './browser-audio.ts'
import type { Softphone, SoftphoneState } from './softphone.ts'

const STORAGE_KEY = 'daeri-softphone'

export interface PhoneView extends SoftphoneState {
  /** The number that rings it; null before the first registration. */
  readonly extension: string | null
}

const OFF: PhoneView = {
  line: 'off',
  call: null,
  parked: null,
  isTransferring: false,
  problem: null,
  extension: null,
}

const listeners = new Set<() => void>()
let view = OFF
let audio: BrowserAudio | undefined
let phone: Softphone | undefined

export const phoneView = (): PhoneView => view

/** Shape of useSyncExternalStore. */
export function subscribePhone(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function show(change: Partial<PhoneView>): void {
  view = { ...view, ...change }
  for (const listener of listeners) listener()
}

/** As it was when the app was last open. */
export const wasOn = (): boolean => localStorage.getItem(STORAGE_KEY) === 'on'

/** Asks for the microphone first: nobody wants that question while it rings. */
export async function turnOn(): Promise<void> {
  if (view.line !== 'off') return
  show({ line: 'connecting', problem: null })
  try {
    for (const track of (await openMicrophone()).getTracks()) track.stop()
  } catch {
    show({ line: 'off', problem: 'microphone' })
    return
  }
  localStorage.setItem(STORAGE_KEY, 'on')
  const made = await load()
  await made.start(async () => {
    const { path, display_name: displayName, extension, ...who } = await softphoneCredentials()
    show({ extension })
    const server = new URL(path, location.href)
    server.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:'
    return { ...who, server: server.href, displayName }
  })
}

async function load(): Promise<Softphone> {
  if (phone !== undefined) return phone
  const { Softphone } = await import('./softphone.ts')
  const sound = new BrowserAudio()
  const made = new Softphone(sound)
  made.subscribe(() => {
    show(made.state)
    const { call } = made.state
    if (call?.direction === 'in' && call.stage === 'ringing') sound.ring()
    else if (call?.direction === 'out' && call.stage === 'ringing') sound.ringBack()
    else sound.stopRinging()
  })
  await made.setMicrophone(chosenMicrophone())
  audio = sound
  phone = made
  const changed = () => made.networkChanged()
  window.addEventListener('online', changed)
  networkOf(navigator)?.addEventListener('change', changed)
  return made
}

/** Where the browser tells of its network (Chromium does). */
const networkOf = (browser: Navigator): EventTarget | undefined =>
  'connection' in browser && browser.connection instanceof EventTarget ? browser.connection : undefined

/** @param isForGood false: signed out, not turned off. */
export async function turnOff(isForGood = true): Promise<void> {
  if (isForGood) localStorage.removeItem(STORAGE_KEY)
  await phone?.stop()
  show(OFF)
}

export const answerCall = (): void => void phone?.answer()
/** @param number digits, perhaps with a leading +; an extension or any number. @param name shown in its place. */
export const callNumber = (number: string, name = ''): void => void phone?.call(number, name)
export const transferCall = (number: string): void => void phone?.transfer(number)
export const completeTransfer = (): void => void phone?.completeTransfer()
export const hangUpCall = (): void => void phone?.hangUp()
export const muteCall = (muted: boolean): void => phone?.mute(muted)
export const holdCall = (held: boolean): void => void phone?.hold(held)
export const sendDigit = (digit: string): void => phone?.sendDigit(digit)

export function chooseMicrophone(deviceId: string | undefined): void {
  keepMicrophone(deviceId)
  void phone?.setMicrophone(deviceId)
}

export const chooseSpeaker = (deviceId: string | undefined): void => void audio?.setSpeaker(deviceId)
