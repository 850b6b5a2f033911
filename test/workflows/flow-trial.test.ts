import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeTrialTurn } from '../../activities/dialogue/trial-turn.ts'
import { createFlowTrials } from '../../api/flow-trials.ts'
import { ApiProblem } from '../../api/problems.ts'
import { SHIPPED_FLOWS } from '../../domain/flow-defaults.ts'
import { makeTrialId } from '../../domain/ids.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import { stream } from '../simulators/claude/chat-desk.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
const tried: unknown[] = []
let stop: () => Promise<unknown>

beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
  const { nativeConnection: connection } = env
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: TASK_QUEUES.business,
      workflowBundle: await bundleWorkflows(),
      activities: { noteFlowTried: async (input: unknown) => void tried.push(input) },
    }),
    Worker.create({
      connection,
      taskQueue: TASK_QUEUES.dialogue,
      activities: {
        takeTrialTurn: (input: Parameters<typeof takeTrialTurn>[1]) =>
          takeTrialTurn({ stream }, input, new AbortController().signal),
      },
    }),
  ])
  const running = Promise.all(workers.map((worker) => worker.run()))
  stop = () => {
    for (const worker of workers) worker.shutdown()
    return running
  }
})
afterAll(async () => {
  await stop?.()
  await env?.teardown()
})

const INPUT = {
  flow: 'order_call',
  edition: { version: 0, content: SHIPPED_FLOWS.order_call },
  revision: 17,
  companyName: '한빛 화환',
  priceWon: 80_000,
} as const

test('a draft is tried once it has answered, goes on until it is over, and then refuses more', async () => {
  const trials = createFlowTrials(env.client)
  const trialId = makeTrialId('aaaaaaaaaaaa')
  const opened = await trials.open(trialId, INPUT)
  expect(opened.lines).toMatchObject([{ speaker: 'ai', text: expect.stringContaining('AI 상담원') }])
  expect(tried).toEqual([])
  const answered = await trials.say(trialId, '고 박영자님께 근조화환 보내려고요')
  expect(answered.order?.recipient).toBe('고 박영자')
  expect(tried).toEqual([{ flow: 'order_call', revision: 17 }])
  let view = answered
  for (let silences = 0; view.end === null && silences < 5; silences++) view = await trials.say(trialId, '')
  expect(view.end).toBe('silence')
  const refused = await trials.say(trialId, '여보세요').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ApiProblem)
  expect(refused).toMatchObject({ problem: 'refused', extras: { code: 'trial_over' } })
  expect(await env.client.workflow.getHandle(trialId).result()).toMatchObject({ messages: 5 })
  await recordHistory(env, trialId, 'flow-trial')
})

test('a trial that nobody began is not there', async () => {
  const problem = await createFlowTrials(env.client)
    .say(makeTrialId('bbbbbbbbbbbb'), '여보세요')
    .catch((error: unknown) => error)
  expect(problem).toMatchObject({ problem: 'not_found' })
})
