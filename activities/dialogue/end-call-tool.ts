/** How the model ends a call that we placed. */
import type { ModelTool } from '../claude/model.ts'

export const END_CALL: ModelTool = {
  name: 'end_call',
  description: 'Hangs up once what you say in this answer has been heard. Say goodbye in the same answer.',
  input_schema: {
    type: 'object',
    properties: { reason: { type: 'string', enum: ['task_done', 'caller_request', 'abuse', 'silence'] } },
    required: ['reason'],
    additionalProperties: false,
  },
}
