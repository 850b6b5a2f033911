/** The fixed words of a customer's call in the languages that the owner doesn't edit. `{company}` stands for its name. */
import type { PhraseName } from './flow-content.ts'
import type { TalkLanguage } from './talk-language.ts'

type Phrases = Readonly<
  Record<
    Exclude<PhraseName, 'closing_acknowledged' | 'closing_all_asked' | 'closing_declined'>,
    readonly string[]
  >
>

export const FOREIGN_PHRASES: Readonly<Record<Exclude<TalkLanguage, 'ko' | 'en'>, Phrases>> = {
  ja: {
    disclosure: ['こんにちは、{company}のAIアシスタントです。'],
    recording: ['この通話は録音されます。'],
    question: ['ご用件をお伺いします。'],
    filler: ['少々お待ちください。'],
    fault: ['申し訳ございません、こちらに一時的な問題がありました。もう一度お話しいただけますか?'],
    closing_silence: [
      'お声が聞こえませんので、通話を終了いたします。',
      'お話しいただいた内容は保存しておりますので、いつでもお電話ください。',
    ],
    closing_time_limit: [
      '申し訳ございません、通話が長くなりましたのでここで終了いたします。',
      'お話しいただいた内容は保存しております。担当者からご連絡いたします。',
    ],
    closing_fault: [
      '申し訳ございません、システムに問題があり、通話を続けることができません。',
      'お話しいただいた内容は保存しておりますので、担当者からすぐにお電話いたします。',
    ],
  },
  zh: {
    disclosure: ['您好,我是{company}的人工智能助手。'],
    recording: ['本次通话将被录音。'],
    question: ['请问有什么可以帮您?'],
    filler: ['请稍等。'],
    fault: ['抱歉,我这边刚才出了点问题。请您再说一遍好吗?'],
    closing_silence: ['没有听到您的声音,我先结束通话。', '您说的内容已经保存,欢迎随时再打来。'],
    closing_time_limit: ['抱歉,通话时间较长,只能到这里。', '您说的内容已经保存,工作人员会与您联系。谢谢。'],
    closing_fault: ['抱歉,系统出现问题,无法继续通话。', '您说的内容已经保存,工作人员会尽快给您回电话。'],
  },
}
