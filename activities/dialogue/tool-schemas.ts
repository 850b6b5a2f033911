/** What the model may ask for when a customer orders or asks: the tools' JSON schemas. What each does is workflows/order-tools.ts. */
import type { OrderIntakeContext } from '../../domain/dialogue.ts'
import { ORDER_FIELDS } from '../../domain/order.ts'
import { NOT_UNDERSTOOD } from '../../domain/talk-misses.ts'
import type { ModelTool } from '../claude/model.ts'

const FIELD_MEANINGS: Readonly<Record<(typeof ORDER_FIELDS)[number], string>> = {
  orderer: 'Who sends the wreath: name, or company and name, as it shall appear.',
  recipient: 'Whom it is for: the deceased or the chief mourner.',
  destination: 'Funeral hall.',
  room: 'Room in the funeral hall, e.g. "특2호실".',
  message: 'Text on the ribbon, exactly as it shall be printed.',
  deliver_by: 'When it must be there: ISO 8601 with +09:00.',
  phone: 'Number for texts: digits only, national form, e.g. "01012345678".',
}

const text = (description: string) => ({ type: 'string', description })
const ORDER_NO = text('Order number, e.g. "261121-7KQ2".')
const WORDS = text("The customer's own words.")

function tool(
  name: string,
  description: string,
  properties: Readonly<Record<string, object>> = {},
  required: readonly string[] = [],
): ModelTool {
  return {
    name,
    description,
    input_schema: {
      type: 'object',
      properties,
      ...(required.length === 0 ? {} : { required: [...required] }),
      additionalProperties: false,
    },
  }
}

const VALUE_AND_SOURCE = {
  value: { type: 'string' },
  words: { type: 'string', description: "The customer's own words for it." },
  confidence: { type: 'number', minimum: 0, maximum: 1 },
}
const FROM_PICTURE = {
  photo: text(
    'Id of the <photo> that it was read from; "words" are then the line in it. Left out otherwise.',
  ),
}
type Medium = NonNullable<OrderIntakeContext['medium']>

const fieldSchema = (description: string, medium: Medium) => ({
  type: 'object',
  description,
  properties: { ...VALUE_AND_SOURCE, ...(medium === 'text' ? FROM_PICTURE : {}) },
  required: ['value', 'words', 'confidence'],
  additionalProperties: false,
})

const sharedTools = (medium: Medium): readonly ModelTool[] => [
  tool(
    'set_order_fields',
    'Stores what the customer told of the order, or changes a placed one. Give only the fields just told or corrected. The result says whether a change was taken.',
    {
      ...Object.fromEntries(ORDER_FIELDS.map((field) => [field, fieldSchema(FIELD_MEANINGS[field], medium)])),
      order_no: text(
        'Placed order that is to be changed; "new" for one more order after another was placed. Left out: the order being talked about.',
      ),
    },
  ),
  tool(
    'confirm_order',
    'The customer agreed to the order that you read back. The result says what happens next: tell it.',
  ),
  tool(
    'look_up_order',
    'How far an order is now. Without arguments: all orders of the customer. For an order that is not in <state>: its number and the name of who sends or receives it, both as the customer told them.',
    { order_no: ORDER_NO, name: text('Name of the orderer or recipient.') },
  ),
  tool(
    'send_photo_link',
    'Texts the link to the delivery photo to the number that the order has on file.',
    { order_no: ORDER_NO },
    ['order_no'],
  ),
  tool(
    'report_problem',
    'Puts a complaint before a colleague. Give the order when it is known.',
    {
      kind: {
        type: 'string',
        enum: ['message_typo', 'delivery_delay', 'complaint'],
        description:
          'message_typo: text or name on the ribbon is wrong. delivery_delay: it is late. complaint: all else.',
      },
      words: WORDS,
      order_no: ORDER_NO,
    },
    ['kind', 'words'],
  ),
  tool(
    'cancel_order',
    'The customer wants an order cancelled. An unpaid one is; a paid one goes to a colleague. Left out: the order being talked about.',
    { order_no: ORDER_NO, words: WORDS },
    ['words'],
  ),
  tool(
    'same_order',
    'The customer said whether the order being told is the one in maybe_same_as of <state>.',
    { order_no: ORDER_NO, same: { type: 'boolean' } },
    ['order_no', 'same'],
  ),
  tool(
    'hand_over',
    'A colleague takes over: the customer asks for a person, or you cannot help. On the telephone they are connected at once where somebody is free.',
    { reason: text('One sentence for the colleague.') },
    ['reason'],
  ),
]

const END_CALL: ModelTool = tool(
  'end_call',
  'Hangs up once what you say in this answer has been heard. Say goodbye in the same answer.',
  {
    reason: {
      type: 'string',
      enum: ['order_placed', 'caller_request', 'nothing_more', 'abuse', 'silence'],
    },
  },
  ['reason'],
)

/** Part of listening, not of a version: the system counts these and offers a person. */
const NOT_UNDERSTOOD_TOOL: ModelTool = tool(
  NOT_UNDERSTOOD,
  'You could make nothing of what the caller just said, or it does not answer the open question at all. Ask again in other words in the same answer. Not for questions, corrections or "I do not know".',
)

/** The same for every conversation of the medium, so that they can be cached. Nobody hangs up in a chat. */
export const ORDER_INTAKE_TOOLS: Readonly<Record<Medium, readonly ModelTool[]>> = {
  voice: [...sharedTools('voice'), NOT_UNDERSTOOD_TOOL, END_CALL],
  text: sharedTools('text'),
}
