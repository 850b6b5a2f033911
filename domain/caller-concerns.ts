/**
 * What a caller says that no model decides about: an emergency, a danger to themselves, abuse. Words find it, fixed
 * sentences answer it, and people of ours are told. Callers mourn: that somebody has died, also by their own hand, is
 * what most calls are about and no emergency.
 */

import type { TalkLanguage } from './talk-language.ts'

export const CALLER_CONCERNS = ['emergency', 'self_harm', 'abuse'] as const
export type CallerConcern = (typeof CALLER_CONCERNS)[number]

/** Goes up when a pattern or a sentence changes; kept with each turn that the policy answered. */
export const CONCERN_POLICY_VERSION = 3

/** Of the caller's own wish: "동생이 자살했어요" is told of the dead. */
const SELF_HARM = [
  /죽고\s*싶(?!지\s*않)|죽어\s*버리고\s*싶|(따라|같이)\s*죽(고\s*싶|을\s*거|어야|으려)/,
  /(살고\s*싶지\s*않|살기\s*싫|더는?\s*못\s*살겠)/,
  /자살\s*(하고\s*싶|할\s*(거|것|생각)|하려고)|스스로\s*목숨을\s*끊(고\s*싶|을|으려)/,
  /\bkill(ing)?\s+myself|\bi\s+(want|wanna|would\s+like)\s+(to\s+)?die\b|\bsuicidal\b|\bend\s+my\s+(own\s+)?life\b/i,
  /死にたい|自殺したい|我想(死|自杀)|不想活/,
] as const
const EMERGENCY = [
  /(119|112|일일구|일일이)(에|로|를|을)?\s*(좀\s*)?(전화|신고|불러|연락)/,
  /(구급차|앰뷸런스|응급차|소방차|경찰)(를|을|좀)?\s*(좀\s*)?(불러|보내)/,
  /살려\s*주세요|숨을?\s*(안|못)\s*쉬|숨이\s*(안|막)|의식이\s*없(어|습|는데)|피를\s*많이\s*(흘|쏟)/,
  /(사람|아버지|아빠|어머니|엄마|남편|아내|아이|애|할머니|할아버지)(이|가)\s*(방금\s*|지금\s*|갑자기\s*)?쓰러졌/,
  /불이\s*났(어|습)|집에\s*불이|칼을?\s*(들고|휘두)|맞고\s*있어요|감금/,
  /\bcall\s+(an?\s+)?(ambulance|the\s+police|911|119|112)\b|\b(can't|cannot|not)\s+breath(e|ing)\b|\bhelp\s+me\b.*\bdying\b/i,
  /\b(house|building|room)\s+is\s+on\s+fire\b|\bheart\s+attack\b.*\bnow\b/i,
  /救急車を呼|警察を呼|助けてください|息ができ(ない|ません)|叫(一下)?救护车|快报警|救命|喘不过气/,
] as const
/** Not within another word: "다시 발송" must not be one. */
const ABUSE = [
  /(?<!\p{L})(씨발|시발(?!점|역|택시|자|지)|씨팔|쌍년|쌍놈|개새끼|개새|병신|지랄|좆|좇|미친\s*(년|놈)|닥쳐|꺼져\s*(이|버)|죽여\s*버)/u,
  /\bfuck(ing)?\b|\bshut\s+(the\s+\w+\s+)?up\b|\bbitch\b|\basshole\b|\bmother\s*fucker\b/i,
] as const

const finds = (patterns: readonly RegExp[], words: string): boolean =>
  patterns.some((pattern) => pattern.test(words))

/** Who is in danger is helped, however they speak. */
export function concernIn(words: string): CallerConcern | null {
  if (finds(SELF_HARM, words)) return 'self_harm'
  if (finds(EMERGENCY, words)) return 'emergency'
  return finds(ABUSE, words) ? 'abuse' : null
}

type Sentences = Readonly<Record<TalkLanguage, readonly string[]>>

const EMERGENCY_ANSWER: Sentences = {
  ko: [
    '위급한 상황이시면 이 전화를 끊고 바로 119로, 범죄라면 112로 전화해 주세요.',
    '저는 AI 상담원이라 구조를 요청해 드릴 수 없습니다. 담당자에게는 바로 알리겠습니다.',
  ],
  en: [
    'If this is an emergency, please hang up and call 119 now, or 112 for the police.',
    'I am an AI and cannot send help. I will tell a colleague right away.',
  ],
  ja: [
    '緊急の場合は、この電話を切って、すぐに119番、犯罪の場合は112番にお電話ください。',
    '私はAIですので、救助を要請することができません。担当者にはすぐに伝えます。',
  ],
  zh: [
    '如果情况紧急,请挂断电话,立即拨打119;如遇犯罪,请拨打112。',
    '我是人工智能,无法为您呼叫救援。我会马上通知工作人员。',
  ],
}
const SELF_HARM_ANSWER: Sentences = {
  ko: [
    '많이 힘드신 것 같아 걱정됩니다.',
    '지금 109 자살예방 상담전화에 전화해 주세요. 언제든 무료로 이야기를 들어 드립니다. 위급하시면 119로 전화해 주세요.',
    '담당자에게도 바로 알리겠습니다.',
  ],
  en: [
    'I am worried about you.',
    'Please call 109 now: somebody listens there at any hour, free of charge. In an emergency call 119.',
    'I will tell a colleague right away.',
  ],
  ja: [
    'とても心配しています。',
    '今すぐ109番にお電話ください。いつでも無料で話を聞いてもらえます。緊急の場合は119番にお電話ください。',
    '担当者にもすぐに伝えます。',
  ],
  zh: ['我很担心您。', '请现在拨打109,那里随时有人免费倾听。情况紧急请拨打119。', '我也会马上通知工作人员。'],
}
const ABUSE_WARNING: Sentences = {
  ko: ['그런 말씀을 계속하시면 통화를 마치겠습니다.', '도와드릴 일이 있으면 말씀해 주세요.'],
  en: ['If you go on like this, I will end the call.', 'Please tell me how I can help you.'],
  ja: ['そのようなお言葉が続く場合は、通話を終了いたします。', 'ご用件をお話しください。'],
  zh: ['如果您继续这样说,我将结束通话。', '请告诉我您需要什么帮助。'],
}
const ABUSE_END: Sentences = {
  ko: ['그런 말씀이 계속되어 통화를 마치겠습니다.'],
  en: ['I am ending this call now.'],
  ja: ['通話を終了いたします。'],
  zh: ['我现在结束通话。'],
}

/** @param warned they were told before that we would hang up: now we do. */
export function concernAnswer(
  concern: CallerConcern,
  { language, warned }: { readonly language: TalkLanguage; readonly warned: boolean },
): readonly string[] {
  switch (concern) {
    case 'emergency':
      return EMERGENCY_ANSWER[language]
    case 'self_harm':
      return SELF_HARM_ANSWER[language]
    case 'abuse':
      return (warned ? ABUSE_END : ABUSE_WARNING)[language]
  }
}

/** Who writes has no call to hang up. */
const WRITTEN_EMERGENCY: Readonly<Record<TalkLanguage, string>> = {
  ko: '위급한 상황이시면 지금 바로 119로, 범죄라면 112로 전화해 주세요.',
  en: 'If this is an emergency, please call 119 now, or 112 for the police.',
  ja: '緊急の場合は、今すぐ119番、犯罪の場合は112番にお電話ください。',
  zh: '如果情况紧急,请立即拨打119;如遇犯罪,请拨打112。',
}
const WRITTEN_ABUSE: Sentences = {
  ko: ['그런 말씀을 계속하시면 담당자에게 알리겠습니다.', '도와드릴 일이 있으면 적어 주세요.'],
  en: ['If you go on like this, I will tell a colleague.', 'Please tell me how I can help you.'],
  ja: ['そのようなお言葉が続く場合は、担当者に報告いたします。', 'ご用件をお書きください。'],
  zh: ['如果您继续这样说,我将告知工作人员。', '请告诉我您需要什么帮助。'],
}
const WRITTEN_ABUSE_END: Readonly<Record<TalkLanguage, string>> = {
  ko: '그런 말씀이 계속되어 담당자에게 알렸습니다.',
  en: 'I have told a colleague about this.',
  ja: '担当者に報告いたしました。',
  zh: '我已告知工作人员。',
}

/** The answer to what somebody wrote. @param warned they were told before that a person hears of it: now one does. */
export function writtenConcernAnswer(
  concern: CallerConcern,
  { language, warned }: { readonly language: TalkLanguage; readonly warned: boolean },
): string {
  const spoken = concernAnswer(concern, { language, warned })
  switch (concern) {
    case 'emergency':
      return [WRITTEN_EMERGENCY[language], ...spoken.slice(1)].join(' ')
    case 'self_harm':
      return spoken.join(' ')
    case 'abuse':
      return warned ? WRITTEN_ABUSE_END[language] : WRITTEN_ABUSE[language].join(' ')
  }
}

/** For the person who looks at the Issue of a conversation in writing. */
export const WRITTEN_CONCERN_REASONS: Readonly<Record<CallerConcern, string>> = {
  emergency: '고객이 메시지로 위급한 상황을 알렸습니다. 119·112를 안내했습니다. 바로 확인해 주세요.',
  self_harm:
    '고객이 스스로를 해칠 수 있다는 메시지를 보냈습니다. 109·119를 안내했습니다. 바로 전화해 주세요.',
  abuse: '메시지에 폭언이 이어졌습니다. 대화를 보고 답해 주세요.',
}

/** For the person who looks at the Issue. */
export const CONCERN_REASONS: Readonly<Record<CallerConcern, string>> = {
  emergency: '고객이 통화 중 위급한 상황을 말했습니다. 119·112를 안내했습니다. 바로 확인해 주세요.',
  self_harm: '고객이 스스로를 해칠 수 있다는 말을 했습니다. 109·119를 안내했습니다. 바로 전화해 주세요.',
  abuse: '폭언이 이어져 통화를 마쳤습니다. 통화 내용을 확인해 주세요.',
}
