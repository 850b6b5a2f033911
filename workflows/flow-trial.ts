/**
 * A trial of a flow: somebody writes with a draft as customers would talk with it. The model and its turn are the real
 * ones; tools are played on an order of the trial's own. Ends when nobody has written for a while.
 */
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow'
import type { DialogueActivities } from '../activities/dialogue/activities.ts'
import type { FlowActivities } from '../activities/flows.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import { type FlowTrialInput, sayInTrial, TRIAL_REFUSAL, type TrialView } from './flow-trial-messages.ts'
import { TrialTalk } from './flow-trial-talk.ts'

/** Somebody waits at the screen; a model that fails twice is told as such. */
const { takeTrialTurn } = proxyActivities<DialogueActivities>({
  taskQueue: TASK_QUEUES.dialogue,
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '45s',
  retry: { initialInterval: '500ms', maximumAttempts: 2 },
  summary: '시험 대화: 읽고, 생각하고, 쓰기',
})
const { noteFlowTried } = proxyActivities<FlowActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: '시험해 본 초안으로 적기',
})

/** Longer ones are no trial any more. */
const MAX_MESSAGES = 60
const MAX_TEXT = 1_000

export async function flowTrial(input: FlowTrialInput): Promise<{ readonly messages: number }> {
  const talk = new TrialTalk({
    ...input,
    takeTurn: (turn) => takeTrialTurn(turn).catch(() => null),
    now: () => ({ iso: koreanIso(Date.now()), ms: Date.now() }),
  })
  let opened = false
  let messages = 0
  /** One message is answered after the other. */
  let work: Promise<void> = Promise.resolve()

  setHandler(
    sayInTrial,
    async ({ text }): Promise<TrialView> => {
      messages++
      const turn = work.then(async () => {
        if (!opened) await talk.open()
        opened = true
        if (text === null || talk.isOver) return
        await talk.say(text)
        const answer = talk.view().lines.at(-1)
        if (input.revision !== null && answer?.fault === false)
          await noteFlowTried({ flow: input.flow, revision: input.revision })
      })
      work = turn.catch(() => {})
      await turn
      return talk.view()
    },
    {
      validator: ({ text }) => {
        if (talk.isOver && text !== null) refuse('trial_over', 'This conversation is over.')
        if (messages >= MAX_MESSAGES) refuse('trial_too_long', 'This conversation is long enough.')
        if ((text?.length ?? 0) > MAX_TEXT) refuse('text_too_long', `At most ${MAX_TEXT} characters.`)
      },
    },
  )
  setCurrentDetails(`시험 대화: ${input.flow}, 버전 ${input.edition.version}`)
  for (let seen = -1; seen !== messages; ) {
    seen = messages
    await condition(() => messages !== seen, input.idleMs)
  }
  await condition(allHandlersFinished)
  return { messages }
}

function refuse(code: string, message: string): never {
  throw ApplicationFailure.nonRetryable(message, TRIAL_REFUSAL, code)
}
