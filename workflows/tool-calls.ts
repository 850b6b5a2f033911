/** Tool calls of one answer of the model, whatever the conversation. */
import type { ToolCall } from '../domain/dialogue.ts'

/** The same request twice in one answer is one request. */
export function distinctCalls(calls: readonly ToolCall[]): readonly ToolCall[] {
  const seen = new Set<string>()
  return calls.filter((call) => {
    const key = `${call.name} ${stableJson(call.input)}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${stableJson(inner)}`).join(',')}}`
}
