import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LegState, type Phrase } from '../../activities/dialogue/leg-state.ts'
import { makeLegId } from '../../domain/ids.ts'

/** Cursors are samples: 8 per millisecond. */
const at = (ms: number) => ms * 8
const phrase = (text: string, startMs: number, endMs: number, confidence: number | null = null): Phrase => ({
  text,
  start: at(startMs),
  end: at(endMs),
  confidence,
})

function spoke(state: LegState, startMs: number, endMs: number): void {
  state.apply({ type: 'speech.start', cursor: at(startMs) })
  state.apply({ type: 'speech.end', cursor: at(endMs) })
  state.cursor = Math.max(state.cursor, at(endMs))
}

describe('what the caller has said', () => {
  it('the hypothesis until the final replaces it', () => {
    const state = new LegState(0)
    spoke(state, 100, 900)
    state.hypothesis(phrase('홍길', 100, 700))
    expect(state.viewSince(0)).toMatchObject({
      words: '홍길',
      confidence: null,
      hasVoice: true,
      speaking: false,
    })
    state.final(phrase('홍길동입니다.', 100, 900, 0.9))
    expect(state.viewSince(0)).toMatchObject({ words: '홍길동입니다.', confidence: 0.9 })
  })

  it('words whose voice is not told of yet are as new as they are, also after a cough', () => {
    const state = new LegState(0)
    spoke(state, 1_000, 1_200)
    state.cursor = at(6_300)
    state.hypothesis(phrase('네', 6_000, 6_200))
    expect(state.viewSince(0)).toMatchObject({ voiceEnd: at(6_200), silence: at(100), speaking: false })
    expect(state.viewSince(at(1_200))).toMatchObject({
      voiceStart: at(6_000),
      silence: at(100),
      hasVoice: false,
    })
  })

  it('nothing of an earlier turn comes again, not even when its final text arrives late', () => {
    const state = new LegState(0)
    spoke(state, 100, 900)
    state.hypothesis(phrase('네 맞아', 100, 700))
    state.take(at(900))
    state.final(phrase('네, 맞아요.', 100, 900, 1))
    expect(state.viewSince(at(900)).words).toBe('')
  })

  it('a phrase that reaches over the end of a turn counts from there', () => {
    const state = new LegState(0)
    spoke(state, 100, 900)
    state.hypothesis(phrase('네 맞아요', 100, 900))
    state.take(at(900))
    spoke(state, 1_300, 2_500)
    state.final(phrase('네, 맞아요. 그리고 호실은 2호실이요.', 100, 2_500, 1))
    expect(state.viewSince(at(900)).words).toBe('그리고 호실은 2호실이요.')
  })

  it('voice after a long gap is another turn', () => {
    const state = new LegState(0)
    spoke(state, 100, 900)
    state.final(phrase('네.', 100, 900, 1))
    spoke(state, 6_000, 6_500)
    state.final(phrase('여보세요?', 6_000, 6_500, 1))
    const first = state.viewSince(0)
    expect(first).toMatchObject({ words: '네.', voiceEnd: at(900), silence: at(5_100) })
    expect(state.viewSince(at(900)).words).toBe('여보세요?')
  })

  it('an old mark that comes again after a reconnection turns nothing back', () => {
    const state = new LegState(0)
    const sentence = { index: 0, text: '네.', totalMs: 500 }
    state.apply({
      type: 'attached',
      legId: makeLegId('0123456789ab'),
      codec: 'PCMU',
      cursor: 0,
      liveCursor: 0,
      utterances: [
        { utteranceId: 'a', complete: true, sentences: [{ ...sentence, state: 'played', playedMs: 500 }] },
        { utteranceId: 'b', complete: false, sentences: [{ ...sentence, state: 'open', playedMs: 0 }] },
      ],
    })
    for (const utteranceId of ['a', 'b']) {
      state.apply({ type: 'mark', utteranceId, sentence: 0, event: 'started', playedMs: 0, cursor: 0 })
    }
    expect(state.utterances.get('a')?.sentences[0]?.state).toBe('played')
    expect(state.utterances.get('b')?.sentences[0]?.state).toBe('open')
    expect(state.isPlaying).toBe(true)
  })
})

it('wherever a turn ends, each settled phrase is heard in one turn only and none is lost', () => {
  const gap = fc.integer({ min: 500, max: 5_000 })
  const length = fc.integer({ min: 300, max: 2_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(gap, length), { minLength: 1, maxLength: 8 }), (spans) => {
      const state = new LegState(0)
      let now = 0
      const all = spans.map(([silence, voice], index) => {
        spoke(state, now + silence, now + silence + voice)
        state.final(phrase(`말${index}`, now + silence, now + silence + voice, 1))
        now += silence + voice
        return `말${index}`
      })
      const heard: string[] = []
      let cursor = 0
      for (let turn = 0; turn <= spans.length; turn++) {
        const view = state.viewSince(cursor)
        if (view.words !== '') heard.push(view.words)
        cursor = Math.max(view.voiceEnd, view.wordsEnd)
        state.take(cursor)
      }
      expect(heard.join(' ')).toBe(all.join(' '))
    }),
  )
})
