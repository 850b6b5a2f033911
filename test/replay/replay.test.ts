import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { expect, test } from 'vitest'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import * as workflows from '../../workflows/index.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'

const folder = new URL('./histories/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
/** The id matters: idempotency keys are made of it. */
function read(name: string) {
  const history = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
  const { workflowId, workflowType } = history.events[0].workflowExecutionStartedEventAttributes
  return { workflowId: String(workflowId), workflowType: String(workflowType.name), history }
}

quietRuntime()
const bundle = bundleWorkflows()

test.each(names)('%s still runs as it was recorded', async (name) => {
  const { workflowId, history } = read(name)
  await Worker.runReplayHistory({ workflowBundle: await bundle }, history, workflowId)
})

test('every workflow has a recorded history', () => {
  const recorded = new Set(names.map((name) => read(name).workflowType))
  expect(Object.keys(workflows).filter((workflow) => !recorded.has(workflow))).toEqual([])
})

test('a careless change is found out', async () => {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./broken/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  })
  const { workflowId, history } = read('ticket-done.json')
  await expect(Worker.runReplayHistory({ workflowBundle }, history, workflowId)).rejects.toThrow(
    DeterminismViolationError,
  )
})
