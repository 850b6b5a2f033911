/** New histories for test/replay, recorded while the tests run with RECORD_HISTORIES=1. */
import { mkdir, writeFile } from 'node:fs/promises'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { TestWorkflowEnvironment } from '@temporalio/testing'

const FOLDER = new URL('../replay/histories/', import.meta.url)

/** Does nothing unless RECORD_HISTORIES is set. @param name of the file, without its ending. */
export async function recordHistory(
  env: TestWorkflowEnvironment,
  workflowId: string,
  name: string,
): Promise<void> {
  if (!process.env.RECORD_HISTORIES) return
  const history = await env.client.workflow.getHandle(workflowId).fetchHistory()
  await mkdir(FOLDER, { recursive: true })
  // Keys are made of the id, which the server that skips time leaves out.
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes
  if (started != null) started.workflowId = workflowId
  // Who ran it is nobody's business.
  const json = historyToJSON(history).replace(/"identity": "[^"]*"/g, '"identity": "worker"')
  await writeFile(new URL(`${name}.json`, FOLDER), `${json}\n`)
}
