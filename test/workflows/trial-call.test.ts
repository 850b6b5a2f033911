/** The owner dials a draft by their telephone: a whole talk with it, which leaves nothing behind. */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrialFlow } from '../../activities/flows.ts'
import type { HangUpLegInput, HoldLegInput } from '../../domain/call.ts'
import type { TakeTurnInput } from '../../domain/dialogue.ts'
import type { FlowName } from '../../domain/flow-content.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { trialNumberOf } from '../../domain/flow-trial-number.ts'
import { agentCallWorkflowId, makeCallId, makeLegId } from '../../domain/ids.ts'
import { TextLine } from '../../evals/text/text-line.ts'
import { takeTextTurn } from '../../evals/text/text-turn.ts'
import { RuleMind } from '../../simulators/people/caller-mind.ts'
import { type PersonaInput, personaSchema } from '../../simulators/people/persona.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { gatewayLegsQueue, gatewayQueue, TASK_QUEUES } from '../../temporal/task-queues.ts'
import { stream } from '../simulators/claude/chat-desk.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const OWNER: PersonaInput = {
  name: '이대표',
  facts: {
    orderer: '이대표',
    recipient: '고 박영자',
    destination: '서울대학교병원 장례식장',
    room: '특2호실',
    message: '삼가 고인의 명복을 빕니다',
    deliver_by: '내일 오전 열 시',
    phone: '이 번호로',
  },
}
const ORDER_CALL = SHIPPED_FLOWS.order_call
const DRAFT: TrialFlow = {
  edition: {
    version: 2,
    content: {
      ...ORDER_CALL,
      phrases: {
        ...ORDER_CALL.phrases,
        question: { ko: '어떤 일로 전화 주셨나요?', en: 'Why do you call?' },
      },
    },
  },
  revision: 17,
  companyName: '한빛 화환',
  priceWon: 80_000,
}

/** Activities that nobody registered would never come back: what is not listed here is not asked for. */
async function dial(
  flow: Exclude<FlowName, 'order_chat'>,
  found: TrialFlow | null,
  persona: PersonaInput = OWNER,
) {
  const hex = randomBytes(12).toString('hex')
  const [callId, legId, gatewayHost] = [makeCallId(hex), makeLegId(hex.slice(12)), `host-${hex.slice(0, 6)}`]
  const [asked, held, hungUp]: [unknown[], HoldLegInput[], HangUpLegInput[]] = [[], [], []]
  const mind = new RuleMind({ persona: personaSchema.parse(persona), ownNumber: '1001', now: Date.now })
  const line = new TextLine({ id: legId, legId, from: '1001', to: trialNumberOf(flow) ?? '', mind })
  const workflowId = agentCallWorkflowId(callId)
  const activities = {
    findTrialFlow: async (input: unknown) => {
      asked.push(input)
      return found
    },
    noteFlowTried: async (input: unknown) => void asked.push(input),
    holdLeg: async (input: HoldLegInput) => {
      held.push(input)
      const beat = setInterval(() => Context.current().heartbeat(), 1_000)
      const answered = {
        type: 'answered',
        legId,
        mediaSocketUrl: 'ws://gateway',
        at: '2026-11-21T05:00:09.000Z',
      }
      try {
        await env.client.workflow.getHandle(workflowId).signal('legEvent', answered)
        await line.over
        return line.report()
      } finally {
        clearInterval(beat)
      }
    },
    hangUpLeg: async (input: HangUpLegInput) => {
      hungUp.push(input)
      line.hangUp('them')
    },
    takeTurn: (input: TakeTurnInput) => takeTextTurn({ stream }, input, line, new AbortController().signal),
  }
  const queues = [
    TASK_QUEUES.business,
    TASK_QUEUES.dialogue,
    gatewayLegsQueue(gatewayHost),
    gatewayQueue(gatewayHost),
  ]
  const workflowBundle = await bundleWorkflows()
  const workers = await Promise.all(
    queues.map((taskQueue) =>
      Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        activities,
        ...(taskQueue === TASK_QUEUES.business ? { workflowBundle } : {}),
      }),
    ),
  )
  const running = Promise.all(workers.map((worker) => worker.run()))
  try {
    const input = {
      callId,
      legId,
      gatewayHost,
      extension: '1001',
      dialled: line.record().to,
      sipCallId: 'sip',
      receivedAt: '2026-11-21T05:00:00.000Z',
    }
    const result = await env.client.workflow.execute('agentCall', {
      taskQueue: TASK_QUEUES.business,
      workflowId,
      args: [input],
    })
    return {
      result,
      asked,
      held,
      hungUp,
      said: line.record().transcript.map(({ text }) => text),
      legId,
      workflowId,
    }
  } finally {
    for (const worker of workers) worker.shutdown()
    await running
  }
}

test('the draft greets in its own words, takes an order that nobody has, and counts as tried', async () => {
  const { result, asked, held, hungUp, said, legId } = await dial('order_call', DRAFT)
  expect(result).toEqual({ end: 'talked' })
  expect(said[0]).toBe('안녕하세요, 한빛 화환 AI 상담원입니다. 통화는 녹음됩니다. 어떤 일로 전화 주셨나요?')
  expect(said.join(' ')).toMatch(/고 박영자.*접수되었습니다/s)
  expect(held).toEqual([{ kind: 'answer', legId, callId: expect.any(String) }])
  expect(asked).toEqual([
    { flow: 'order_call', extension: '1001' },
    { flow: 'order_call', revision: 17 },
  ])
  for (const { legId: ended } of hungUp) expect(ended).toBe(legId)
})

test('whoever is not the owner reaches nobody by that number', async () => {
  const { result, held, hungUp, said, legId } = await dial('order_call', null)
  expect(result).toEqual({ end: 'refused' })
  expect(hungUp).toEqual([{ legId, afterPlayoutMs: 0, refusal: 404 }])
  expect([held, said]).toEqual([[], []])
})

test('what is live is talked with where there is no draft, and then nothing was tried', async () => {
  const { result, asked } = await dial(
    'order_call',
    { ...DRAFT, revision: null },
    { ...OWNER, goal: 'silent' },
  )
  expect(result).toEqual({ end: 'talked' })
  expect(asked).toHaveLength(1)
})

test('who hangs up in the middle has tried it all the same', async () => {
  const { result, asked, workflowId } = await dial('order_call', DRAFT, {
    ...OWNER,
    hangs_up: { after_telling: 'recipient' },
  })
  expect(result).toEqual({ end: 'talked' })
  expect(asked).toHaveLength(2)
  await recordHistory(env, workflowId, 'trial-call')
})
