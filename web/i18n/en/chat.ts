import type { Texts } from '../ko/index.ts'

export const chat: Texts['chat'] = {
  title: 'Conversation with the customer',
  empty: 'No messages yet.',
  author: {
    customer: 'Customer',
    ai: 'AI',
    system: 'Automatic notice',
  },
  ai_label: 'Written by the AI',
  answering: {
    ai: 'The AI is answering',
    me: 'You are answering',
    other: '{{name}} is answering',
  },
  take_over: 'Answer myself',
  give_back: 'Give back to the AI',
  taken_over: 'The AI no longer answers.',
  given_back: 'The AI answers again.',
  box_label: 'Message to the customer',
  box_placeholder: 'Write to the customer',
  box_hint: {
    takes_over: 'When you send, you take this conversation over and the AI stops answering.',
    sms: 'Goes out as a text message.',
    kakao: 'Goes out on KakaoTalk, or as a text message when that is not possible.',
    kakao_unreachable:
      'KakaoTalk can not be written to first. It is delivered as the answer to the customer’s next message.',
    begin: 'No conversation yet. A text message to the customer’s number begins one.',
  },
  send: 'Send',
  not_sent: 'The message was not sent',
  waiting_for_customer: 'Waits for the customer’s next message',
  kept: 'Waiting to be passed on',
  picture: 'Picture from the customer',
  picture_open: 'Show the picture in full size',
  picture_waiting: 'The picture is being fetched',
  picture_refused: 'No picture, or too large',
  picture_failed: 'The picture could not be fetched',
  evidence_show: '{{field}}: show this message',
}
