/** What a gateway says by itself while nobody else can: honest, short, and each time something else. */
import type { TalkLanguage } from './talk-language.ts'

/** In the order in which they are said; each at most once in a round. */
export const WAITING_WORDS: Readonly<Record<TalkLanguage, readonly string[]>> = {
  ko: [
    '잠시만 기다려 주세요.',
    '조금만 더 기다려 주세요.',
    '지금 응답이 늦어지고 있습니다. 끊지 말고 기다려 주세요.',
    '말씀하신 내용은 빠짐없이 받고 있습니다.',
    '기다리시게 해서 죄송합니다.',
    '연결을 다시 확인하고 있습니다.',
    '조금만 더 시간을 주시면 이어서 도와드리겠습니다.',
    '전화를 끊지 말아 주세요.',
  ],
  en: [
    'One moment, please.',
    'Just a little longer, please.',
    'We are a little slow right now. Please stay on the line.',
    'Nothing you have said is lost.',
    'Sorry to keep you waiting.',
    'We are checking the connection.',
    'Thank you for your patience.',
    'Please do not hang up.',
  ],
  ja: [
    '少々お待ちください。',
    'もう少しお待ちください。',
    'ただいま応答が遅れております。切らずにお待ちください。',
    'お話しいただいた内容は承っております。',
    'お待たせして申し訳ございません。',
    '接続を確認しております。',
    '今しばらくお待ちください。',
    '電話を切らずにお待ちください。',
  ],
  zh: [
    '请稍等。',
    '请再稍等一下。',
    '现在响应有些慢，请不要挂断。',
    '您说的内容我们都已收到。',
    '让您久等了，很抱歉。',
    '我们正在检查连接。',
    '感谢您的耐心等待。',
    '请不要挂断电话。',
  ],
}

/** One more with each change of the words: sounds that were recorded before say something else. */
const EDITION = 1

/** Name of the sound of one of them, counted from 0: mu-law at 8 kHz without a header. */
export const waitingSound = (language: TalkLanguage, index: number): string =>
  `waiting-${EDITION}-${language}-${index + 1}.mulaw`
