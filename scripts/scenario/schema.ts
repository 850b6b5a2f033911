/** What a scenario file may say. A scenario is data: people, the world's faults, what happens, what must be true at the end. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { VENDOR_METHODS } from '../../domain/vendor.ts'
import { personaSchema } from '../../simulators/people/persona.ts'
import { campaignConditionSchema } from './campaign-schema.ts'
import { faultSchema, stepSchema, ticketConditionSchema } from './step-schema.ts'

/** How often something must be there: exactly n, or within bounds. */
const countSchema = z.union([
  z.number().int(),
  z.object({ min: z.number().int(), max: z.number().int() }).partial(),
])

const expectationSchema = z.strictObject({
  of: z.string().default('customer'),
  /** How many tickets the person has. */
  tickets: countSchema.optional(),
  ticket: ticketConditionSchema.extend({ missing: z.array(z.string()).optional() }).optional(),
  order: z.record(z.string(), z.string().nullable()).optional(),
  /** Field -> by which channel it came, and whether it was read from a picture. */
  sources: z
    .record(z.string(), z.strictObject({ channel: z.string(), picture: z.boolean().default(false) }))
    .optional(),
  /** Payments with status DONE, and won paid in all. */
  payments_done: countSchema.optional(),
  paid_won: z.number().int().optional(),
  /** Won that the customer has paid, and that went back to them, in the gateway's own books. */
  charged_won: z.number().int().optional(),
  refunded_won: z.number().int().optional(),
  /** Rows placed at the vendor according to our database, and orders with our reference in the vendor's own books. */
  purchase_orders: countSchema.optional(),
  vendor_orders: countSchema.optional(),
  /** How the newest purchase order came to the vendor, with what proof. */
  vendor: z
    .strictObject({
      method: z.enum(VENDOR_METHODS).optional(),
      pictures: countSchema.optional(),
      calls: countSchema.optional(),
    })
    .optional(),
  /** The newest order in the vendor's own books, by the vendor's names of the fields. */
  vendor_order: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** Calls about the order that we placed, according to our records, each with its recording. */
  calls_placed: countSchema.optional(),
  /** Kind of message -> how often it was sent according to our database. */
  messages: z.record(z.string(), countSchema).optional(),
  /** Text -> how many texts that contain it really reached the person's phone. */
  sms: z.record(z.string(), countSchema).optional(),
  /** SMS, LMS, MMS or ATA (AlimTalk) -> how many of that kind reached the person's phone. */
  sms_types: z.partialRecord(z.enum(['SMS', 'LMS', 'MMS', 'ATA']), countSchema).optional(),
  /** Text -> how many messages of the company in the person's KakaoTalk contain it. */
  kakao: z.record(z.string(), countSchema).optional(),
  /** Answers that KakaoTalk refused: late, doubled, in no known form. */
  kakao_refused: countSchema.optional(),
  /** Kinds of timeline events that must (or, with 0, must not) be there. */
  events: z.record(z.string(), countSchema).optional(),
  call: z
    .object({
      records: countSchema.optional(),
      ended_by: z.enum(['me', 'them']).optional(),
      /** Texts the caller must have heard (as decoded from the wire), in this order. */
      heard: z.array(z.string()).optional(),
      /** Texts the caller must not have heard. */
      not_heard: z.array(z.string()).optional(),
      /** No sentence of at least this many characters was heard twice in one call. */
      nothing_twice: z.boolean().optional(),
      /**
       * From our first word on, nobody was silent for longer, in ms. Not judged by the tests, which run on machines that
       * are busy with others.
       */
      silence_ms: z.number().int().positive().optional(),
      recording: z.boolean().optional(),
    })
    .optional(),
  /**
   * What we have kept of the newest call's turns: how often one of a side says this text (`whole`: nothing but it, without
   * punctuation), and was broken into or not.
   */
  turns: z
    .array(
      z.strictObject({
        by: z.enum(['ai', 'customer']),
        says: z.string().min(1).optional(),
        whole: z.string().min(1).optional(),
        interrupted: z.boolean().optional(),
        times: countSchema.default({ min: 1 }),
      }),
    )
    .optional(),
  /** What came out of the person's telephone in the newest call that they were given. */
  received: z
    .strictObject({
      calls: countSchema.optional(),
      /** In this order. */
      heard: z.array(z.string()).default([]),
      not_heard: z.array(z.string()).default([]),
    })
    .optional(),
  /** The newest call that was asked for with the person. */
  outbound: z
    .strictObject({
      state: z.string(),
      attempts: countSchema,
      reason: z.string().nullable(),
      /** Question id -> the answer in short, or its status where there is none. */
      answers: z.record(z.string(), z.string()),
      /** Question id -> what they said. */
      words: z.record(z.string(), z.string()),
      summary: z.boolean(),
      recording: z.boolean(),
      /** States of its transfers to a person, in their order. */
      transfers: z.array(z.string()),
      /** They want a person to call them. */
      call_back_wanted: z.boolean(),
      /** Not begun before the moment that the request names. */
      on_time: z.boolean(),
      /** The people whose calls were begun before, in this order. */
      begun_after: z.array(z.string()),
      /** What somebody said in it, in this order; the words of both sides. */
      said: z.array(z.string()),
    })
    .partial()
    .optional(),
  /** How they stand in a campaign. */
  campaign: campaignConditionSchema.optional(),
  delivery_photo: z.boolean().optional(),
  /** Kind of Issue -> how many were raised on the ticket. */
  issues: z.record(z.string(), countSchema).optional(),
  open_issues: countSchema.optional(),
  /** The newest Issue. */
  issue: z
    .strictObject({
      kind: z.string().optional(),
      resolution: z.string().nullable().optional(),
      acknowledged_via: z.string().nullable().optional(),
      /** Kinds of evidence that must be there. */
      evidence: z.array(z.string()).optional(),
      suggestion: z.boolean().optional(),
    })
    .optional(),
  /** Status -> how many deposits on the company's own account were taken for the order; and won in all. */
  deposits: z.record(z.string(), countSchema).optional(),
  deposited_won: z.number().int().optional(),
})

export const scenarioSchema = z.strictObject({
  name: z.string(),
  /** One sentence: what this shows. */
  shows: z.string(),
  /** Settings of a system of its own; on a running system its own settings stay. */
  settings: z.record(z.string(), z.coerce.string()).default({}),
  /** Kills processes or needs its own settings: not to be run on somebody's running system. */
  own_system: z.boolean().default(false),
  people: z.record(
    z.string(),
    /** `number: new` gives a number nobody has used. */
    z.strictObject({ number: z.string().default('new'), persona: personaSchema }),
  ),
  faults: z.array(faultSchema).default([]),
  steps: z.array(stepSchema).min(1),
  expect: z.array(expectationSchema).min(1),
})

export type Scenario = z.infer<typeof scenarioSchema>
export type Expectation = z.infer<typeof expectationSchema>
export type Count = z.infer<typeof countSchema>

/** A scenario file that can't be used; the message says where and why. */
export class ScenarioFileError extends Error {
  readonly retryable = false
}

/** @throws ScenarioFileError with the path of each mistake. */
export function loadScenario(file: string): Scenario {
  const parsed = scenarioSchema.safeParse(parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`,
  )
  throw new ScenarioFileError(`${file} is not a scenario:\n${problems.join('\n')}`)
}

/** Names of the scenarios that come with Daeri. */
export function scenarioNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

export const scenarioFile = (folder: string, name: string): string => join(folder, `${name}.yaml`)
