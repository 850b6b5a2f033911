/** What happens in a scenario: steps, and what they wait for. */
import { z } from 'zod'
import { outboundRequestSchema, outboundStateSchema } from '../../api/schemas/outbound.ts'
import { ticketActionRequestSchema } from '../../api/schemas/ticket-requests.ts'
import { ticketStateSchema, ticketSubStateSchema } from '../../api/schemas/tickets.ts'
import { VENDOR_METHODS } from '../../domain/vendor.ts'
import { PHOTO_KINDS } from '../../simulators/pictures/photos.ts'
import {
  campaignConditionSchema,
  campaignStepSchema,
  consentStepSchema,
  resultsStepSchema,
  steerStepSchema,
} from './campaign-schema.ts'

const processSchema = z.enum([
  'postgres',
  'temporal',
  'outside-world',
  'media-gateway',
  'worker',
  'dialogue-worker',
  'api',
])

/** The stores are no builds of ours, and the outside world is not ours to deploy. */
const replaceableSchema = processSchema.exclude(['postgres', 'temporal', 'outside-world'])

export const faultSchema = z.object({
  service: z.enum(['claude', 'speech', 'sms', 'kakao', 'payments', 'bank', 'vendor_erp', 'telephone']),
  kind: z.enum(['refuse', 'slow', 'double', 'reorder', 'drop', 'noise']),
  operation: z.string().optional(),
  times: z.number().int().positive().optional(),
  delay_ms: z.number().int().nonnegative().optional(),
  status: z.number().int().optional(),
})

export const ticketConditionSchema = z
  .object({
    state: ticketStateSchema,
    sub_state: ticketSubStateSchema,
    issue_kind: z.string(),
    outcome: z.string(),
  })
  .partial()
const callConditionSchema = z.object({ state: z.enum(['live', 'ended']), turns: z.number().int() }).partial()

/** What somebody sends our API who wants to be taken for a party of ours. */
const forgerySchema = z.enum([
  /** Toss's word of a payment that was never made. */
  'payment_never_made',
  /** Toss's word that the person's payment is DONE, which it is not. */
  'payment_not_done',
  /** The way back from the checkout, with the paid payment of another person. */
  'payment_of_somebody_else',
  'deposit_with_wrong_secret',
  'report_with_wrong_secret',
  'text_with_wrong_signature',
  'kakao_with_wrong_token',
  /** The vendor's word that the person's order is delivered. */
  'delivery_with_wrong_signature',
])

/** Until when a step waits: the ticket, the call or the texts of a person come to be like this. */
const conditionSchema = z.object({
  ticket: ticketConditionSchema.optional(),
  call: callConditionSchema.optional(),
  sms: z.object({ containing: z.string(), count: z.number().int().positive().default(1) }).optional(),
  /** What the company wrote in the person's KakaoTalk. */
  kakao: z.object({ containing: z.string(), count: z.number().int().positive().default(1) }).optional(),
  /** The newest Issue of the newest ticket. */
  issue: z.object({ acknowledged_via: z.string(), suggestion: z.boolean() }).partial().optional(),
  /** The newest call that was asked for with this person. */
  outbound: z
    .object({
      state: outboundStateSchema,
      attempts: z.number().int(),
      completed: z.number().int(),
      /** It waits for its time or its turn, or is past that. */
      begun: z.boolean(),
    })
    .partial()
    .optional(),
  /** How they stand in a campaign. */
  campaign: campaignConditionSchema.optional(),
  of: z.string().default('customer'),
  within_seconds: z.number().positive().default(90),
})

const writingSchema = z.strictObject({
  from: z.string().default('customer'),
  says: z.string().min(1).optional(),
  photo: z.enum(PHOTO_KINDS).optional(),
  goes_on: z.boolean().optional(),
})

export const stepSchema = z.union([
  /** A person phones the company. */
  z.strictObject({ call: z.object({ from: z.string().default('customer') }) }),
  /**
   * A person texts the company: in the given words, or in their own way. Without words, or with `goes_on`, the
   * persona then answers what comes back.
   */
  z.strictObject({ text: writingSchema }),
  /** The same in the company's KakaoTalk channel. */
  z.strictObject({ kakao: writingSchema }),
  z.strictObject({ wait: conditionSchema }),
  /** The owner has the AI call a person and ask, through the API. */
  z.strictObject({
    request_call: outboundRequestSchema
      .partial()
      .omit({ callee_number: true })
      .extend({
        to: z.string(),
        purpose: z.string(),
        questions: z.array(z.string()).min(1),
        /** Seconds from now, told in the time of another zone. */
        scheduled_in: z
          .strictObject({ seconds: z.number().positive(), zone: z.string().regex(/^[+-]\d\d:\d\d$/) })
          .optional(),
        /** Somebody else of the scenario, who is put on the line for who asks for a person. */
        transfer_to_person: z.string().optional(),
        /** HTTP status that the API must answer with. */
        answered: z.number().int().default(202),
      }),
  }),
  /** The owner calls the newest call with a person off. */
  z.strictObject({
    cancel_call: z.strictObject({ to: z.string(), reason: z.string().default('operator_cancel') }),
  }),
  z.strictObject({ campaign: campaignStepSchema }),
  z.strictObject({ steer_campaign: steerStepSchema }),
  z.strictObject({ campaign_results: resultsStepSchema }),
  /** A person agreed to be called. */
  z.strictObject({ consent: consentStepSchema }),
  /** The owner has the other side of a live call put through to somebody of the scenario. */
  z.strictObject({
    put_through: z.strictObject({ of: z.string(), to: z.string(), reason: z.string().default('') }),
  }),
  /** kill -9 of one process as soon as the condition holds. */
  z.strictObject({
    kill: z.object({
      process: processSchema,
      when: conditionSchema.optional(),
      /** It is started again after so long at the earliest. */
      away_seconds: z.number().nonnegative().default(0),
    }),
  }),
  /** One process is replaced by another of its kind, as a deployment does it, as soon as the condition holds. */
  z.strictObject({
    replace: z.strictObject({ process: replaceableSchema, when: conditionSchema.optional() }),
  }),
  z.strictObject({ fault: faultSchema }),
  z.strictObject({ clear_faults: z.literal(true) }),
  /** The owner does something to a person's ticket, through the API. */
  z.strictObject({
    act: z.object({ on: z.string().default('customer'), request: ticketActionRequestSchema }),
  }),
  /**
   * The owner takes down an order for a person, through the API; what the customer would have said stands here.
   * Wanted in `in_hours` from now.
   */
  z.strictObject({
    order: z.strictObject({
      of: z.string().default('customer'),
      fields: z.record(z.string(), z.string()),
      in_hours: z.number().positive().default(20),
      confirmed: z.boolean().default(true),
    }),
  }),
  /** The vendor moves the person's newest order on: one status, or until the given one. */
  z.strictObject({
    advance: z.strictObject({
      of: z.string().default('customer'),
      to: z.enum(['제작중', '배송중', '완료']).optional(),
    }),
  }),
  /** The vendor lays the person's newest order aside, or goes on with it. */
  z.strictObject({
    hold: z.strictObject({ of: z.string().default('customer'), held: z.boolean().default(true) }),
  }),
  /** The owner sets how the vendor is reached, the preferred way first. */
  z.strictObject({ vendor: z.strictObject({ methods: z.array(z.enum(VENDOR_METHODS)).min(1) }) }),
  /** The vendor's web pages come with other names and a notice, or as they were. */
  z.strictObject({ erp_layout: z.strictObject({ changed: z.boolean() }) }),
  /**
   * A person opens the newest link to their order page and does one thing there, as a browser without scripts
   * would: edits (by the form's field names), pays by card, takes an account to transfer to, tells where a refund
   * goes, or only looks.
   */
  z.strictObject({
    visit: z.strictObject({
      by: z.string().default('customer'),
      edit: z.record(z.string(), z.string()).optional(),
      /** `checkout_only`: opens the gateway's page and thinks about it. */
      pay: z.enum(['card', 'checkout_only']).optional(),
      take_account: z.record(z.string(), z.string()).optional(),
      refund_account: z
        .strictObject({ bank: z.string(), account_number: z.string(), holder: z.string() })
        .optional(),
      /** What the page must say afterwards. */
      sees: z.array(z.string()).default([]),
    }),
  }),
  /** Money goes to the virtual account of a person's order, or to the company's own account. */
  z.strictObject({
    deposit: z.strictObject({
      to: z.enum(['virtual_account', 'company_account']).default('virtual_account'),
      of: z.string().default('customer'),
      /** Won. */
      amount: z.number().int().positive(),
      depositor: z.string().min(1),
      memo: z.string().optional(),
      /** The bank must refuse it: too late, another amount, no open account. */
      refused: z.enum(['LATE', 'AMOUNT', 'CLOSED']).optional(),
    }),
  }),
  /** The owner says whose the newest waiting deposit by this name is, or that it went back. */
  z.strictObject({
    settle_deposit: z.strictObject({
      depositor: z.string().min(1),
      /** The person whose order it pays; absent: it is returned, with `note`. */
      of: z.string().optional(),
      note: z.string().default('돌려보냄'),
    }),
  }),
  /** The bank takes back the deposit into a person's virtual account that it has told already. */
  z.strictObject({ fall_back: z.strictObject({ of: z.string().default('customer') }) }),
  /** The owner looks at today's morning: so many orders in each group. */
  z.strictObject({ look_at_morning: z.record(z.string(), z.number().int()) }),
  /** A Temporal Schedule takes place now. */
  z.strictObject({ trigger: z.strictObject({ schedule: z.string().min(1) }) }),
  z.strictObject({
    forge: z.strictObject({
      what: forgerySchema,
      of: z.string().default('customer'),
      /** Whose payment it is, for `payment_of_somebody_else`. */
      with: z.string().optional(),
      /** HTTP status that our API must answer with. */
      answered: z.number().int().optional(),
    }),
  }),
])

export type ScenarioFault = z.infer<typeof faultSchema>
export type ScenarioStep = z.infer<typeof stepSchema>
export type Condition = z.infer<typeof conditionSchema>
export type Replaceable = z.infer<typeof replaceableSchema>
export type Forgery = z.infer<typeof forgerySchema>
