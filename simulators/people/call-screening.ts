/** A telephone whose assistant asks who calls and what for; once it was told, its owner picks up and answers questions. */
import type { Callee, CalleeAct } from './callee.ts'
import type { Persona } from './persona.ts'
import { Respondent } from './respondent.ts'

const ASKS =
  '안녕하세요. 지금 통화 스크리닝 서비스를 이용하고 있습니다. 전화를 거신 분의 성함과 용건을 말씀해 주세요.'
const PICKS_UP_AFTER_MS = 600
/** Silence after which the assistant takes what it was told for all. */
const TOLD_ALL_MS = 1_500
/** Who tells nothing is hung up on. */
const PATIENCE_MS = 15_000

export class CallScreening implements Callee {
  readonly #persona: Persona
  #step: 'silent' | 'asks' | 'listens' = 'silent'
  #isTold = false
  #activeAtMs = 0
  /** The owner of the telephone, and when they picked up. */
  #owner: { readonly callee: Callee; readonly fromMs: number } | null = null

  constructor(persona: Persona) {
    this.#persona = persona
  }

  hear(text: string, fromMs: number, toMs: number): void {
    this.#owner?.callee.hear(text, fromMs - this.#owner.fromMs, toMs - this.#owner.fromMs)
    if (this.#step === 'listens') this.#isTold = true
    this.#activeAtMs = Math.max(this.#activeAtMs, toMs)
  }

  tick(nowMs: number): CalleeAct | undefined {
    if (this.#owner !== null) return this.#owner.callee.tick(nowMs - this.#owner.fromMs)
    const quietMs = nowMs - this.#activeAtMs
    switch (this.#step) {
      case 'silent':
        if (nowMs < PICKS_UP_AFTER_MS) return undefined
        this.#step = 'asks'
        return { type: 'say', text: ASKS }
      case 'asks':
        return undefined
      case 'listens':
        if (this.#isTold && quietMs >= TOLD_ALL_MS)
          this.#owner = { callee: new Respondent(this.#persona), fromMs: nowMs }
        return quietMs >= PATIENCE_MS ? { type: 'hang_up' } : undefined
    }
  }

  said(nowMs: number): void {
    if (this.#owner !== null) {
      this.#owner.callee.said(nowMs - this.#owner.fromMs)
      return
    }
    this.#activeAtMs = nowMs
    this.#step = 'listens'
  }
}
