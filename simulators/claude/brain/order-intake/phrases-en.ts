/** English phrases of the order intake. */
import type { OrderField, OrderFields } from '../../../../domain/order.ts'
import { koreanPhone } from '../spoken-korean.ts'
import type { Phrases } from './phrases.ts'

const NAMES: Readonly<Record<OrderField, string>> = {
  orderer: 'the sender is',
  recipient: 'the recipient is',
  destination: 'the place is',
  room: 'the room is',
  message: 'the ribbon says',
  deliver_by: 'it arrives by',
  phone: 'the phone number is',
}

const TIME = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Seoul',
  weekday: 'long',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
})

function spoken(field: OrderField, order: OrderFields): string {
  const value = order[field] ?? ''
  if (field === 'phone') return koreanPhone(value)
  return field === 'deliver_by' ? englishTime(value) : value
}

function englishTime(iso: string): string {
  const at = Date.parse(iso)
  return Number.isNaN(at) ? iso : TIME.format(at)
}

const won = (amount: number) => `${amount.toLocaleString('en-US')} won`

export const ENGLISH: Phrases = {
  acknowledged: ['All right.', 'Thank you.', 'I see.'],
  condolence: 'I am very sorry for your loss.',
  begin: ['Certainly, I will take your wreath order.', 'Of course, I can take that order.'],
  ask: {
    orderer: ['May I have your name, please?', 'Who is sending the wreath?'],
    recipient: ['What is the name of the deceased?', 'Who is the recipient?'],
    destination: ['Which funeral hall shall we deliver to?', 'What is the funeral hall called?'],
    room: ['Which room is it?', 'What is the room number?'],
    message: ['What shall we write on the ribbon?', 'Which text would you like on the ribbon?'],
    deliver_by: ['By when should it arrive?', 'By when shall we deliver it?'],
    phone: ['Which phone number can we reach you at?', 'May I have your phone number?'],
  },
  askOwnNumber: [
    'Shall we use the number you are calling from?',
    'Can we reach you at the number you are calling from?',
  ],
  askHour: (day) => `And ${day}, what time should it arrive?`,
  askWhichPart: 'I see. Which part shall I correct?',
  askWhatToDo: 'Would you like to order a condolence wreath?',
  readBack: (order, _now, priceWon) =>
    `Let me read that back. From ${order.orderer}, for ${order.recipient}, to ${order.destination}, room ${order.room}, ` +
    `the ribbon says ${order.message}, arriving by ${englishTime(order.deliver_by ?? '')}, ` +
    `phone number ${koreanPhone(order.phone ?? '')}, ${won(priceWon)}. Is everything right?`,
  readBackChanged: (changed, order) =>
    `So ${changed.map((field) => `${NAMES[field]} ${spoken(field, order)}`).join(', ')}. Is that right?`,
  askReadBack: 'Is everything right?',
  confirming: [
    'Thank you, I will place the order now. One moment.',
    'I am placing the order. One moment, please.',
  ],
  placed: 'Your order is placed. We sent you a payment link by text message.',
  notPlaced: 'I am sorry, something is still missing for the order.',
  noted: 'I have noted everything. You will get a text message as soon as it is confirmed.',
  systemRefused: 'I am sorry, our system has a problem. A colleague will call you back soon. Goodbye.',
  sorry: 'I am sorry.',
  askAnythingElse: ['Is there anything else?', 'Is there anything else I can do for you?'],
  goOn: 'Yes, please go ahead.',
  goodbyePlaced: ['Thank you for your order. Goodbye.', 'Thank you. We will prepare it with care. Goodbye.'],
  goodbyeOpen: ['Thank you for calling. Goodbye.', 'All right, thank you. Goodbye.'],
  goodbyeCancelled: 'All right, I will not place the order. Thank you for calling. Goodbye.',
  goodbyeWrongNumber: 'No problem. Goodbye.',
  goodbyeAbuse: 'I will end the call now. Goodbye.',
  goodbyeSilence: 'I cannot hear you, so I will end the call. Please call again any time. Goodbye.',
  goodbyeIncomplete: 'Please call again once you know. I keep what you told me. Thank you, goodbye.',
  here: 'Yes, I am here.',
  waiting: 'Of course, take your time.',
  notUnderstood: ['I am sorry, I did not catch that.', 'I am sorry, I did not understand that.'],
  repeating: 'Of course, once more.',
  later: 'That is fine, I will ask for it later.',
  suggestMessage: 'Most people take 삼가 고인의 명복을 빕니다. Shall we write that on the ribbon?',
  pastTime: 'I am sorry, that time is already over.',
  ownNumberUnknown: 'I am sorry, I cannot see your number.',
  fieldRefused: 'I am sorry, I cannot take that as you said it.',
  stillThere: ['Hello? Can you hear me?', 'Hello, are you still there?'],
  warnAbuse: 'If you go on like that I will hang up.',
  offTopic: 'I am sorry, I only take wreath orders. A colleague will call you back about anything else.',
  cancelPlaced: 'If you do not pay, the order is cancelled by itself.',
  changedPlaced: 'I will change that.',
  answers: {
    price: (priceWon) => `The wreath is ${won(priceWon)}, delivery included.`,
    payment: 'Once the order is placed we send you a payment link by text message.',
    delivery: 'Tell me when you need it and we will have it there by then.',
    edit_later: 'You can change it within ten minutes after paying.',
    who_are_you: (company) => `I am the AI assistant of ${company}.`,
    agent: 'I take wreath orders; for anything else a colleague will call you back.',
  },
}
