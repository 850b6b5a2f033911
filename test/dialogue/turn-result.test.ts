/** What is kept of a turn, from the words as they were decided on and the final text that has come by now. */
import { expect, it } from 'vitest'
import { LegState } from '../../activities/dialogue/leg-state.ts'
import { NO_PROGRESS } from '../../activities/dialogue/turn.ts'
import { turnResult } from '../../activities/dialogue/turn-result.ts'
import { NO_USAGE } from '../../domain/call-usage.ts'
import { makeCallId, makeLegId, makeTurnId } from '../../domain/ids.ts'
import { newTask } from '../../domain/question-answers.ts'

const at = (ms: number): number => ms * 8

/** @param said by the caller: when, what, and the final text where it has come. */
function lineOf(said: readonly { readonly fromMs: number; readonly toMs: number; readonly final: string }[]) {
  const state = new LegState(0)
  for (const { fromMs, toMs, final } of said) {
    state.apply({ type: 'speech.start', cursor: at(fromMs) })
    state.apply({ type: 'speech.end', cursor: at(toMs) })
    state.final({ text: final, start: at(fromMs), end: at(toMs), confidence: 0.94 })
  }
  return state
}

const CALL = makeCallId('0123456789ab')

/** A turn that listened from the call's beginning and took these words. */
function taken(state: LegState, words: string, fromMs: number, toMs: number) {
  const caller = { words, confidence: 0.8, startMs: fromMs, endMs: toMs }
  return turnResult({
    input: {
      callId: CALL,
      legId: makeLegId('0123456789ab'),
      turnId: makeTurnId(CALL, 1),
      mediaSocketUrl: 'ws://127.0.0.1/',
      cursor: 0,
      opening: 'listen',
      context: {
        flow: 'outbound_request',
        companyName: '대리 화환',
        language: 'ko',
        now: '2026-11-27T10:00:00+09:00',
        displayName: 'ABC 주식회사',
        purpose: '일정 확인',
        task: newTask(['참석 가능 여부']),
        words: { greeting: '', closing: '' },
      },
      messages: [],
      toolResults: [],
      streak: { silences: 0, faults: 0 },
    },
    progress: { ...NO_PROGRESS, caller, heardUntil: at(toMs) },
    answered: { sentences: [], toolCalls: [], fault: false, outage: false, firstTokenAt: null },
    state,
    speaker: null,
    decidedAt: null,
    endOfTurnMs: null,
    workerQueue: null,
    usage: NO_USAGE,
    concern: null,
    countsMisses: false,
    personOffered: false,
    language: 'ko',
  })
}

it('the final text corrects what was decided on', () => {
  const state = lineOf([{ fromMs: 1_000, toMs: 2_500, final: '네, 참석 가능합니다.' }])
  expect(taken(state, '네 참석 가능합니', 1_000, 2_500).caller).toMatchObject({
    words: '네, 참석 가능합니다.',
    confidence: 0.94,
    startMs: 1_000,
  })
})

it('a nod over our own words, long before the answer, is no part of it', () => {
  const state = lineOf([
    { fromMs: 2_000, toMs: 2_140, final: '네.' },
    { fromMs: 8_500, toMs: 8_640, final: '음.' },
    { fromMs: 20_000, toMs: 21_000, final: '다 맞습니다.' },
  ])
  expect(taken(state, '다 맞습니', 20_000, 21_000).caller).toMatchObject({
    words: '다 맞습니다.',
    startMs: 20_000,
    endMs: 21_000,
  })
})

it('a final text that is dated a little before the voice still counts', () => {
  const state = lineOf([])
  state.apply({ type: 'speech.start', cursor: at(5_000) })
  state.apply({ type: 'speech.end', cursor: at(6_000) })
  state.final({ text: '특2호실이요.', start: at(4_850), end: at(5_990), confidence: 0.9 })
  expect(taken(state, '특2호실이', 5_000, 6_000).caller?.words).toBe('특2호실이요.')
})
