import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { LegState } from '../../activities/dialogue/leg-state.ts'
import { type HeardLeg, type ListenResult, listen } from '../../activities/dialogue/listen.ts'
import { makeLegId } from '../../domain/ids.ts'
import type { UtteranceState } from '../../domain/media-socket.ts'

/** Cursors are samples: 8 per millisecond. */
const at = (ms: number) => ms * 8
const STEP_MS = 20
/** So long passes without an event before the leg is over. */
const REST_MS = 20_000
/** Nothing that is heard needs to be looked at so often before time goes on. */
const MAX_LOOKS = 50

/** What a session is told at `atMs`. */
type Happening = { readonly atMs: number } & (
  | { readonly kind: 'voice'; readonly ms: number }
  | { readonly kind: 'hush'; readonly ms: number }
  | {
      readonly kind: 'hypothesis' | 'final'
      readonly text: string
      readonly fromMs: number
      readonly toMs: number
    }
)

class CountedState extends LegState {
  looks = 0
  override viewSince(since: number, until?: number) {
    if (++this.looks > MAX_LOOKS) throw new Error('the same is looked at again and again')
    return super.viewSince(since, until)
  }
}

afterEach(() => vi.restoreAllMocks())

/** A leg whose time, and that of the worker, passes only while somebody waits for it. */
function legOn(happenings: readonly Happening[], said: UtteranceState, saidMs: number): HeardLeg {
  const state = new CountedState(0)
  const legId = makeLegId('000000000001')
  state.apply({ type: 'attached', legId, codec: 'PCMU', cursor: 0, liveCursor: 0, utterances: [said] })
  const pending = [...happenings].sort((a, b) => a.atMs - b.atMs)
  let nowMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  const lastMs = Math.max(saidMs, pending.at(-1)?.atMs ?? 0)
  const session: HeardLeg = {
    state,
    get lastChangeAt() {
      return performance.now() - 6_000
    },
    throwIfFailed() {},
    async changed() {
      state.looks = 0
      nowMs += STEP_MS
      state.cursor = at(nowMs)
      if (nowMs === saidMs)
        state.apply({
          type: 'mark',
          event: 'finished',
          utteranceId: 'u',
          sentence: 0,
          cursor: at(nowMs),
          playedMs: saidMs,
        })
      while ((pending[0]?.atMs ?? nowMs + 1) <= nowMs) apply(state, pending.shift())
      if (nowMs <= lastMs + REST_MS || state.ended) return
      state.final({ text: '끝.', start: at(lastMs), end: at(nowMs), confidence: 1 })
      state.apply({ type: 'ended', cursor: at(nowMs) })
    },
  }
  return session
}

function apply(state: LegState, happening: Happening | undefined): void {
  if (happening === undefined) return
  const { atMs } = happening
  if (happening.kind === 'voice') state.apply({ type: 'speech.start', cursor: at(atMs - happening.ms) })
  else if (happening.kind === 'hush') state.apply({ type: 'speech.end', cursor: at(atMs - happening.ms) })
  else {
    const end = Math.min(happening.toMs, atMs)
    const phrase = { text: happening.text, start: at(Math.min(happening.fromMs, end)), end: at(end) }
    if (happening.kind === 'final') state.final({ ...phrase, confidence: 0.9 })
    else state.hypothesis({ ...phrase, confidence: null })
  }
}

const ours: UtteranceState = {
  utteranceId: 'u',
  complete: true,
  sentences: [{ index: 0, text: '맞습니까?', state: 'playing', totalMs: 5_000, playedMs: 0 }],
}

function hear(happenings: readonly Happening[], saidMs: number): Promise<ListenResult> {
  return listen({
    session: legOn(happenings, ours, saidMs),
    since: 0,
    cut: () => null,
    again: false,
    expected: 'check',
    noReplyMs: 10_000,
    onMayBeTheEnd: () => {},
    signal: new AbortController().signal,
  })
}

it('a "네" that is recognised before its voice is told of is heard to the end of what they say', async () => {
  const heard = await hear(
    [
      { kind: 'hypothesis', text: '네', fromMs: 6_060, toMs: 6_260, atMs: 6_280 },
      { kind: 'voice', ms: 260, atMs: 6_320 },
      { kind: 'hypothesis', text: '네 맞습', fromMs: 6_060, toMs: 6_600, atMs: 6_700 },
      { kind: 'hush', ms: 200, atMs: 7_200 },
      { kind: 'final', text: '네, 맞습니다.', fromMs: 6_060, toMs: 7_000, atMs: 7_300 },
    ],
    5_000,
  )
  expect(heard).toMatchObject({ kind: 'words', caller: { words: '네, 맞습니다.' } })
})

it('a "네" without any voice, said over our own words, keeps nobody from listening on', async () => {
  const heard = await hear(
    [{ kind: 'hypothesis', text: '네', fromMs: 1_000, toMs: 1_200, atMs: 1_300 }],
    5_000,
  )
  expect(heard).toMatchObject({ kind: 'silence' })
})

it('whatever is heard and in whatever order it is told of, time goes on and the turn ends', async () => {
  const time = fc.integer({ min: 20, max: 12_000 })
  const happening = fc.oneof(
    fc.record({ kind: fc.constant('voice' as const), ms: fc.integer({ min: 0, max: 300 }), atMs: time }),
    fc.record({ kind: fc.constant('hush' as const), ms: fc.integer({ min: 0, max: 300 }), atMs: time }),
    fc.record({
      kind: fc.constantFrom('hypothesis' as const, 'final' as const),
      text: fc.constantFrom('네', '음', '네 맞습니다.', '공일공 일이삼사', '', '그리고'),
      fromMs: time,
      toMs: time,
      atMs: time,
    }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 12 }),
      fc.integer({ min: 1, max: 400 }),
      async (all, said) => {
        expect((await hear(all, said * STEP_MS)).kind).toBeTypeOf('string')
      },
    ),
    { numRuns: 500 },
  )
})
