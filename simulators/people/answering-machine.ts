/** An answering machine: reads out its announcement, beeps, records, and hangs up once nobody speaks any more. */
import type { Callee, CalleeAct } from './callee.ts'
import type { Persona } from './persona.ts'

const ANNOUNCEMENT =
  '지금은 전화를 받을 수 없습니다. 삐 소리가 난 후 메시지를 남겨 주세요. 메시지를 남기신 다음에는 전화를 끊으셔도 됩니다.'
const PICKS_UP_AFTER_MS = 600
const BEEP_AFTER_MS = 500
/** Silence on its tape. */
const HANG_UP_AFTER_MS = 12_000

export class AnsweringMachine implements Callee {
  readonly #announcement: string
  #step: 'silent' | 'announces' | 'announced' | 'beeps' | 'records' = 'silent'
  /** Last time anything was heard or said. */
  #activeAtMs = 0

  constructor({ speech }: Persona) {
    this.#announcement = speech.opening ?? ANNOUNCEMENT
  }

  hear(_text: string, _fromMs: number, toMs: number): void {
    this.#activeAtMs = Math.max(this.#activeAtMs, toMs)
  }

  tick(nowMs: number): CalleeAct | undefined {
    const quietMs = nowMs - this.#activeAtMs
    switch (this.#step) {
      case 'silent':
        if (nowMs < PICKS_UP_AFTER_MS) return undefined
        this.#step = 'announces'
        return { type: 'say', text: this.#announcement }
      case 'announced':
        if (quietMs < BEEP_AFTER_MS) return undefined
        this.#step = 'beeps'
        return { type: 'beep' }
      case 'records':
        return quietMs < HANG_UP_AFTER_MS ? undefined : { type: 'hang_up' }
      case 'announces':
      case 'beeps':
        return undefined
    }
  }

  said(nowMs: number): void {
    this.#activeAtMs = nowMs
    this.#step = this.#step === 'announces' ? 'announced' : 'records'
  }
}
