/** Histories as files for replay.test.ts. */
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { TestWorkflowEnvironment } from '@temporalio/testing'

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url))

/** Nothing of the machine or the time of recording that a replay does not need. */
function withoutTraces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTraces)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => name !== 'stackTrace')
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, name === 'identity' ? 'recorder' : withoutTraces(inner)]),
  )
}

/** Writes the newest run of a workflow as it is now. */
export async function saveHistory(
  env: TestWorkflowEnvironment,
  name: string,
  workflowId: string,
): Promise<void> {
  const history = await env.client.workflow.getHandle(workflowId).fetchHistory()
  const json = withoutTraces(JSON.parse(historyToJSON(history)))
  await mkdir(FOLDER, { recursive: true })
  await writeFile(`${FOLDER}${name}.json`, `${JSON.stringify(json, null, 1)}\n`)
  process.stdout.write(`${name}: ${history.events?.length} events\n`)
}
