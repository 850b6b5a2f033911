/**
 * A turn of a call without sound: what the caller says is handed over as text, and so is what we say. Prompt, model,
 * tools and policies are those of the telephone; what is left out is hearing, the end of turn, and the voice.
 */

import type { DialogueModel } from '../../activities/claude/model.ts'
import { flowOf } from '../../activities/dialogue/flows.ts'
import { takeTrialTurn } from '../../activities/dialogue/trial-turn.ts'
import {
  type CallerConcern,
  CONCERN_POLICY_VERSION,
  concernAnswer,
  concernIn,
} from '../../domain/caller-concerns.ts'
import type { TakeTurnInput, TakeTurnResult, ToolCall } from '../../domain/dialogue.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { CallerTurn, TextLine } from './text-line.ts'

interface Answer {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly fault: boolean
  readonly concern: CallerConcern | null
}

const SAMPLES_PER_MS = 8

/** @throws the reason of `signal`. */
export async function takeTextTurn(
  model: DialogueModel,
  input: TakeTurnInput,
  line: TextLine,
  signal: AbortSignal,
): Promise<TakeTurnResult> {
  if (input.opening !== 'listen') return resultOf(input, line, null, await think(model, input, null, signal))
  const turn = line.isOver ? HUNG_UP : await line.callerTurn(input.turnId)
  const words = turn.act.do === 'say' ? turn.act.text : ''
  if (turn.act.do === 'hang_up') {
    line.hangUp('me')
    return resultOf(input, line, turn, NOTHING)
  }
  const answer = await think(model, input, words, signal)
  // Who has hung up hears nothing, but what they told is taken down.
  if (turn.act.do === 'say' && turn.act.hangsUp === true) {
    line.hangUp('me')
    return resultOf(input, line, turn, { ...answer, text: '' })
  }
  return resultOf(input, line, turn, answer)
}

const NOTHING: Answer = { text: '', toolCalls: [], fault: false, concern: null }
const HUNG_UP: CallerTurn = { act: { do: 'hang_up' }, startMs: 0, endMs: 0, cut: null }

/** @param words of the caller; empty: silence; null: nobody was listened to. */
async function think(
  model: DialogueModel,
  input: TakeTurnInput,
  words: string | null,
  signal: AbortSignal,
): Promise<Answer> {
  const { context, warned = false } = input
  const concern = words === null ? null : concernIn(words)
  if (concern !== null)
    return {
      ...NOTHING,
      text: concernAnswer(concern, { language: context.language, warned }).join(' '),
      concern,
    }
  try {
    return { ...NOTHING, ...(await takeTrialTurn(model, { ...input, words }, signal)) }
  } catch (error) {
    if (signal.aborted) throw error
    return { ...NOTHING, text: flowOf(context).fault().join(' '), fault: true }
  }
}

function resultOf(
  { turnId, cursor }: TakeTurnInput,
  line: TextLine,
  turn: CallerTurn | null,
  { text, toolCalls, fault, concern }: Answer,
): TakeTurnResult {
  const spoken = line.say(turnId, text)
  const said = turn?.act.do === 'say' ? turn.act.text : null
  return {
    end: line.isOver ? 'leg_ended' : 'answered',
    caller:
      turn === null || said === null
        ? null
        : { words: said, confidence: 1, startMs: turn.startMs, endMs: turn.endMs },
    silent: turn?.act.do === 'wait',
    fault,
    ...(concern === null ? {} : { concern: { kind: concern, policyVersion: CONCERN_POLICY_VERSION } }),
    spoken,
    interruptions: turn?.cut == null ? [] : [turn.cut],
    toolCalls,
    cursor: Math.max(cursor, (turn?.endMs ?? 0) * SAMPLES_PER_MS),
    timings: { endOfTurnMs: null, firstTokenMs: null, firstAudioMs: null, wireLatencyMs: null },
    workerQueue: TASK_QUEUES.dialogue,
  }
}
