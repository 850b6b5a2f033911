/** What every webhook does alike: counts and logs what became of it, refuses what is forged or makes no sense. */
import type { z } from '@hono/zod-openapi'
import type { Logger } from 'pino'
import type { ApiMetrics } from '../metrics.ts'
import { parseJson } from '../parse-json.ts'
import { ApiProblem } from '../problems.ts'

/** `kept`: written down, to be passed on later. */
type Outcome = 'passed_on' | 'kept' | 'doubled' | 'unknown' | 'closed' | 'forged' | 'garbage'

export interface Reception {
  readonly note: (party: string, outcome: Outcome, fields?: Record<string, unknown>) => void
  /** @throws ApiProblem bad_signature */
  readonly refuse: (party: string) => never
  /** @throws ApiProblem malformed_request */
  readonly read: <Schema extends z.ZodType>(party: string, schema: Schema, body: string) => z.infer<Schema>
}

export function createReception(logger: Logger, metrics: ApiMetrics): Reception {
  const note: Reception['note'] = (party, outcome, fields = {}) => {
    metrics.webhooks.inc({ party, outcome })
    logger[outcome === 'passed_on' ? 'debug' : 'info']({ party, outcome, ...fields }, 'webhook')
  }
  return {
    note,
    refuse(party) {
      note(party, 'forged')
      throw new ApiProblem('bad_signature', 'The signature does not match.')
    },
    read(party, schema, body) {
      const parsed = schema.safeParse(parseJson(body))
      if (parsed.success) return parsed.data
      note(party, 'garbage')
      throw new ApiProblem('malformed_request', 'This webhook is not of a known form.')
    },
  }
}
