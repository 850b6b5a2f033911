/** Who a simulated person is: all that they know, want and do comes from here. */
import { z } from 'zod'
import { ORDER_FIELDS } from '../../domain/order.ts'

const fieldSchema = z.enum(ORDER_FIELDS)

/**
 * What the person knows, as they would say it: `deliver_by` "내일 오전 열 시", `phone` digits or "이 번호로".
 * What is absent they don't know, and say so.
 */
const factsSchema = z.partialRecord(fieldSchema, z.string().min(1))

/**
 * What somebody does while the other side speaks, once, as soon as they have heard `once_heard` in it. `listens`: a word that
 * only shows that they listen. `makes_noise`: a sound like a voice without words, a cough or somebody in the room.
 * `breaks_in`: says what they want at once. `corrects`: breaks in with what is wrong (see `corrects` of the persona).
 */
const meanwhileSchema = z
  .strictObject({
    once_heard: z.string().min(1),
    listens: z.string().min(1).optional(),
    /** Its length, ms. */
    makes_noise: z.number().int().min(100).max(5_000).optional(),
    breaks_in: z.string().min(1).optional(),
    corrects: z.literal(true).optional(),
  })
  .refine(({ once_heard: _cue, ...acts }) => Object.keys(acts).length === 1, 'exactly one thing is done')

const speechSchema = z.strictObject({
  /** From the end of the other side's sentence to the answer, ms. */
  answer_delay_ms: z.number().int().min(0).max(60_000).default(350),
  /** First sentence; absent: the usual one for the goal. */
  opening: z.string().min(1).optional(),
  /** Told at once in the first turn. */
  volunteers: z.array(fieldSchema).default([]),
  /** Speaks over the other side's utterance number `at_turn` (1: the greeting), `after_ms` after it began. */
  interrupts: z
    .strictObject({
      at_turn: z.number().int().min(1),
      after_ms: z.number().int().min(0),
      text: z.string().min(1),
    })
    .optional(),
  meanwhile: z.array(meanwhileSchema).default([]),
  /** How a field is dictated: piece by piece, with `pause_ms` of silence in between. */
  dictates: z.partialRecord(fieldSchema, z.array(z.string().min(1)).min(2)).default({}),
  pause_ms: z.number().int().min(0).max(10_000).default(1_200),
  /** Says no more than "네." to what a yes answers. */
  terse: z.boolean().default(false),
  /** Goes on in another language after so many turns of their own. */
  switches: z.strictObject({ to: z.enum(['ko', 'en']), after_turns: z.number().int().min(1) }).optional(),
  /** Syllables per second. */
  pace: z.number().min(4).max(8).default(6.2),
})

export const personaSchema = z.strictObject({
  name: z.string().min(1),
  language: z.enum(['ko', 'en']).default('ko'),
  /**
   * `order_wreath`: orders and answers questions. `hold_and_hang_up`: asks the other side to wait and hangs up
   * in the end. `wrong_number`: excuses themselves. `silent`: never speaks. Only when called:
   * `take_vendor_orders` is the vendor's clerk, `take_alarms` the owner, `answer_questions` whoever is asked something,
   * `take_messages` an answering machine, `screen_calls` an assistant that asks who calls before somebody picks up and
   * answers questions.
   */
  goal: z
    .enum([
      'order_wreath',
      'hold_and_hang_up',
      'wrong_number',
      'silent',
      'take_vendor_orders',
      'take_alarms',
      'answer_questions',
      'take_messages',
      'screen_calls',
    ])
    .default('order_wreath'),
  /** Who finds the words of somebody who phones: rules, or Claude (needs its key) with the rest of this as its part. */
  mind: z.enum(['rules', 'claude']).default('rules'),
  /** A clerk's: parts of the names of halls that the vendor does not deliver to. */
  refuses_halls: z.array(z.string().min(1)).default([]),
  /** The owner's way to take note of an alarm; `later`: they don't. */
  acknowledges: z.enum(['voice', 'key', 'later']).default('voice'),
  facts: factsSchema.default({}),
  /** Said first of all, one to each question, before they answer any: what an attacker tries. */
  tries: z.array(z.string().min(1)).default([]),
  /** What they say to other questions: the first whose `to` occurs in the question, said in turn when asked again. */
  answers: z
    .array(z.strictObject({ to: z.string().min(1), says: z.array(z.string().min(1)).min(1) }))
    .default([]),
  /** Said one after another once the order is placed, before they thank: they ask for it again. */
  insists: z.array(z.string().min(1)).default([]),
  speech: speechSchema.default(() => speechSchema.parse({})),
  /** Hangs up without a word: right after telling a field, or after so many turns of their own. */
  hangs_up: z
    .strictObject({ after_telling: fieldSchema.optional(), after_turns: z.number().int().min(1).optional() })
    .optional(),
  /** By text or chat: from the newest message of the other side to the answer, ms. */
  writes: z.strictObject({ answer_after_ms: z.number().int().min(0).max(600_000).default(900) }).default({
    answer_after_ms: 900,
  }),
  /**
   * What they do with a payment link that is texted to them, `after_ms` after reading it: pay by card, or take an
   * account on the page and transfer the money, in the name of `depositor` (default: their own).
   */
  pays: z
    .strictObject({
      method: z.enum(['card', 'bank_transfer', 'never']),
      after_ms: z.number().int().min(0).default(1500),
      depositor: z.string().min(1).optional(),
    })
    .default({ method: 'never', after_ms: 1500 }),
  /** Says something wrong at first and notices it in the read-back. */
  corrects: z
    .strictObject({ field: fieldSchema, wrong: z.string().min(1), right: z.string().min(1) })
    .optional(),
  /** Has KakaoTalk, so that AlimTalk reaches them. */
  kakaotalk: z.boolean().default(true),
  /** What their phone does when it is called. */
  phone: z
    .strictObject({
      /** `dead`: the number is not in service. */
      behaviour: z.enum(['answer', 'busy', 'refuse', 'no_answer', 'dead']).default('answer'),
      /** How long it rings before it is answered or refused, ms. */
      ring_ms: z.number().int().min(0).default(1500),
      /** Hours of the Korean day in which somebody is there; outside of them it rings unheard. */
      hours: z
        .strictObject({ from: z.number().int().min(0).max(23), to: z.number().int().min(1).max(24) })
        .optional(),
    })
    .default({ behaviour: 'answer', ring_ms: 1500 }),
})

export type Persona = z.infer<typeof personaSchema>
/** A persona as it is written in a scenario, before defaults. */
export type PersonaInput = z.input<typeof personaSchema>
