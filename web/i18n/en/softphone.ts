import type { Texts } from '../ko/index.ts'

export const softphone: Texts['softphone'] = {
  label: 'My phone',
  line: {
    off: 'Phone is off',
    connecting: 'Phone connecting',
    ready: 'Phone is ready',
    failed: 'Phone not connected',
  },
  extension: 'Extension {{number}}',
  receive: 'Take calls in this browser',
  receive_hint: 'Calls ring on whichever page you are.',
  retrying: 'Connecting again in a moment',
  microphone: 'Microphone',
  speaker: 'Speaker',
  by_browser: 'As the browser has it',
  problem: {
    microphone:
      'The microphone can’t be used. Allow it in the browser’s site settings, then turn the phone on again.',
    call: 'The call was not connected',
  },
  call: 'Call',
  incoming: '{{who}} is calling',
  withheld: 'Withheld number',
  stage: {
    ringing_in: 'Incoming call',
    ringing_out: 'Calling',
    answering: 'Connecting',
    talking: 'On the phone',
    ending: 'Hanging up',
  },
  held: 'On hold',
  answer: 'Answer',
  refuse: 'Refuse',
  hang_up: 'Hang up',
  mute: 'Mute',
  hold: 'Hold',
  keypad: 'Keypad',
  key: 'Press {{key}}',
  dialled: 'Pressed',
}
