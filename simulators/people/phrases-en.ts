/** English as it is spoken on the telephone. */
import type { PersonPhrases } from './phrases.ts'

export const ENGLISH: PersonPhrases = {
  openings: {
    order_wreath: 'I would like to order a condolence wreath.',
    hold_and_hang_up: 'Oh, hold on a moment please.',
    wrong_number: 'Oh, sorry, wrong number.',
    silent: '',
    take_vendor_orders: '',
    take_alarms: '',
    answer_questions: '',
  },
  openingWithNotice: 'Here is the obituary notice. I would like to send a condolence wreath there.',
  tell: {
    orderer: [(v) => `My name is ${v}.`, (v) => `The sender is ${v}.`, (v) => `It is from ${v}.`],
    recipient: [
      (v) => `The recipient is ${v}.`,
      (v) => `It is for ${v}.`,
      (v) => `The name of the recipient is ${v}.`,
    ],
    destination: [(v) => `${v}.`, (v) => `Please send it to ${v}.`, (v) => `The funeral hall is ${v}.`],
    room: [(v) => `${v}.`, (v) => `It is ${v}.`, (v) => `The room is ${v}.`],
    message: [
      (v) => `The ribbon should say ${v}.`,
      (v) => `The message is ${v}.`,
      (v) => `Please write ${v} on the ribbon.`,
    ],
    deliver_by: [(v) => `By ${v}.`, (v) => `It should arrive by ${v}.`, (v) => `Please deliver it by ${v}.`],
    phone: [(v) => `My number is ${v}.`, (v) => `It is ${v}.`, (v) => `You can reach me at ${v}.`],
  },
  tellOwnNumber: [
    () => 'This number is fine.',
    () => 'Please use this number.',
    () => 'Use the same number I am calling from, this number.',
  ],
  correct: {
    orderer: (v) => `the sender is ${v}.`,
    recipient: (v) => `the recipient is ${v}.`,
    destination: (v) => `the funeral hall is ${v}.`,
    room: (v) => `the room is ${v}.`,
    message: (v) => `the ribbon should say ${v}.`,
    deliver_by: (v) => `it should arrive by ${v}.`,
    phone: (v) => `the phone number is ${v}.`,
  },
  no: 'No,',
  noticed: 'Oh, I said that wrong.',
  allRight: ['Yes, that is right.', "Yes, that's correct."],
  agree: ['Yes, please.', 'Yes, that is fine.'],
  notOwnNumber: 'No,',
  dontKnow: ["I don't know that yet.", 'I am not sure.'],
  nothingMore: ["No, that's all. Thank you.", 'No, thank you.'],
  thanks: 'Thank you.',
  goodbye: ['Goodbye.', 'Thank you, bye.'],
  pardon: ['Pardon?', "Sorry, I didn't catch that. Could you say that again?"],
  stillHere: 'Yes, I am here.',
  hello: 'Hello?',
  anybodyThere: ['Hello?', 'Hello, can you hear me?'],
}
