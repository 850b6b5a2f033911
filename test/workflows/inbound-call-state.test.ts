import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TakeTurnResult, ToolCall } from '../../domain/dialogue.ts'
import { makeCallId, makeLegId } from '../../domain/ids.ts'
import { endOf } from '../../workflows/call-state.ts'
import { InboundCallState } from '../../workflows/inbound-call-state.ts'

const HEX = '0123456789ab'
const NOW = '2026-11-21T14:00:00+09:00'

const open = (maxTurns = 80) =>
  new InboundCallState({
    callId: makeCallId(HEX),
    legId: makeLegId(HEX),
    callerNumber: '01012345678',
    mediaSocketUrl: 'ws://gateway',
    companyName: '대리 화환',
    language: 'ko',
    priceWon: 80_000,
    maxTurns,
  })

function taken(state: InboundCallState, change: Partial<TakeTurnResult> = {}): void {
  const input = state.turnInput(NOW)
  state.turnTaken({
    end: 'answered',
    caller: null,
    silent: false,
    fault: false,
    spoken: { utteranceId: input.turnId, text: '네.', startMs: 0, endMs: 100 },
    interruptions: [],
    toolCalls: [],
    cursor: input.cursor,
    timings: { endOfTurnMs: null, firstTokenMs: null, firstAudioMs: null, wireLatencyMs: null },
    workerQueue: 'dialogue-a',
    ...change,
  })
}

const caller = (words: string) => ({ words, confidence: 1, startMs: 0, endMs: 1 })
const tool = (name: string, id: string, input: ToolCall['input'] = {}): ToolCall => ({ id, name, input })

describe('what comes next', () => {
  it('a greeting, then the caller has the word', () => {
    const state = open()
    expect(state.next()).toEqual({ do: 'turn', opening: 'greet' })
    taken(state)
    expect(state.next()).toEqual({ do: 'turn', opening: 'listen' })
    expect(state.messages).toHaveLength(1)
  })

  it('tools before the next turn; the model goes on by itself only when it must', () => {
    const state = open()
    taken(state)
    taken(state, { caller: caller('한빛이요'), toolCalls: [tool('set_order_fields', 'a')] })
    expect(state.next()).toMatchObject({ do: 'tools' })
    state.toolsDone([{ toolCallId: 'a', ok: true, content: '', mustTell: false }], null)
    expect(state.next()).toEqual({ do: 'turn', opening: 'listen' })
    expect(state.turnInput(NOW).toolResults).toHaveLength(1)
    taken(state, { caller: caller('네'), toolCalls: [tool('confirm_order', 'b')] })
    state.toolsDone([{ toolCallId: 'b', ok: true, content: '', mustTell: true }], null)
    expect(state.next()).toEqual({ do: 'turn', opening: 'continue' })
  })

  it('an answer of tools alone is followed by words, but not for ever', () => {
    const state = open()
    taken(state)
    for (let i = 0; i < 4; i++) {
      taken(state, { spoken: null, toolCalls: [tool('set_order_fields', `t${i}`)] })
      state.toolsDone([{ toolCallId: `t${i}`, ok: true, content: '', mustTell: false }], null)
    }
    expect(state.next()).toEqual({ do: 'turn', opening: 'listen' })
  })

  it('a last tool call is carried out although the caller has gone', () => {
    const state = open()
    taken(state)
    taken(state, { caller: caller('한빛인데'), end: 'leg_ended', toolCalls: [tool('set_order_fields', 'a')] })
    expect(state.next()).toMatchObject({ do: 'tools' })
    state.toolsDone([], null)
    expect(state.next()).toEqual({ do: 'finish' })
  })

  it('a second failed turn in a row ends the call', () => {
    const state = open()
    taken(state)
    taken(state, { caller: caller('네'), fault: true })
    expect(state.next()).toEqual({ do: 'turn', opening: 'listen' })
    taken(state, { caller: caller('네'), fault: true })
    expect(state.next()).toEqual({ do: 'hang_up', reason: 'fault' })
  })

  it('the limit of turns ends with a goodbye; a turn that was under way is not taken for it', () => {
    const state = open(2)
    taken(state)
    state.turnInput(NOW)
    state.closeFor('time_limit')
    taken(state, { caller: caller('네') })
    expect(state.turnInput(NOW)).toMatchObject({ opening: 'close', closing: 'time_limit' })
    taken(state)
    expect(state.next()).toEqual({ do: 'hang_up', reason: 'time_limit' })
  })

  it('an abandoned turn leaves its name unused', () => {
    const state = open()
    const before = state.turnInput(NOW).turnId
    state.turnAbandoned()
    expect(state.turnInput(NOW).turnId).not.toBe(before)
  })
})

it.each([
  ['order_placed', 'order_placed'],
  ['because', 'nothing_more'],
  [7, 'nothing_more'],
])('end_call with %s ends as %s', (reason, end) => {
  expect(endOf([tool('set_order_fields', 'b', {}), tool('end_call', 'a', { reason })])).toBe(end)
})

it('a call goes on without end_call', () => {
  expect(endOf([tool('confirm_order', 'a', { reason: 'order_placed' })])).toBeNull()
})

it('equal requests are one, however their arguments are ordered', () => {
  const state = open()
  taken(state)
  const calls = [
    tool('set_order_fields', 'a', { x: 1, y: { v: 1, w: 2 } }),
    tool('set_order_fields', 'b', { y: { w: 2, v: 1 }, x: 1 }),
  ]
  taken(state, { toolCalls: calls })
  expect(state.next()).toEqual({ do: 'tools', calls: [calls[0]] })
})

it('whatever turns bring: ids are unique, the cursor never goes back, and the call comes to an end', () => {
  const turn = fc.record({
    words: fc.option(fc.constantFrom('네', '아니요')),
    silent: fc.boolean(),
    fault: fc.boolean(),
    speaks: fc.boolean(),
    tools: fc.array(fc.constantFrom('set_order_fields', 'confirm_order', 'unknown'), { maxLength: 2 }),
    mustTell: fc.boolean(),
    cursor: fc.nat(100_000),
    abandoned: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(turn, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 12 }),
      (turns, max) => {
        const state = open(max)
        const ids = new Set<string>()
        let cursor = 0
        for (let step = 0; ; step++) {
          expect(step).toBeLessThan(100)
          const next = state.next()
          if (next.do === 'hang_up' || next.do === 'finish') break
          const script = turns[step % turns.length]
          if (script === undefined) throw new Error('no script')
          if (next.do === 'tools') {
            const results = next.calls.map(({ id }) => ({
              toolCallId: id,
              ok: true,
              content: '',
              mustTell: script.mustTell,
            }))
            state.toolsDone(results, null)
            continue
          }
          const input = state.turnInput(NOW)
          expect(ids.has(input.turnId)).toBe(false)
          ids.add(input.turnId)
          expect(input.cursor).toBeGreaterThanOrEqual(cursor)
          cursor = input.cursor
          if (script.abandoned && input.opening !== 'close') {
            state.turnAbandoned()
            continue
          }
          taken(state, {
            caller: script.words === null ? null : caller(script.words),
            silent: script.silent && script.words === null,
            fault: script.fault,
            ...(script.speaks ? {} : { spoken: null }),
            toolCalls:
              input.opening === 'close' ? [] : script.tools.map((name, i) => tool(name, `${step}-${i}`)),
            cursor: script.cursor,
          })
        }
        expect(state.turnIndex).toBeLessThanOrEqual(max + 1)
      },
    ),
  )
})

it('the language that a turn followed is that of all turns after it', () => {
  const state = open()
  taken(state)
  expect(state.turnInput(NOW).context.language).toBe('ko')
  taken(state, { caller: { ...caller('do you speak English'), language: 'en' }, language: 'en' })
  taken(state, { caller: caller('yes') })
  expect([state.language, state.turnInput(NOW).context.language]).toEqual(['en', 'en'])
})
