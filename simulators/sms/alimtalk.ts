/** AlimTalk: messages of KakaoTalk after templates that were approved beforehand. */
import { z } from 'zod'

/** Channel of the company, by which Kakao knows it. */
export const CHANNEL_ID = 'KA01PF_STAND_IN'

interface Template {
  /** Words with `#{variables}`. */
  readonly content: string
}

/** What Kakao has approved for the channel, by template id. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  KA01TP_DELIVERED: {
    content:
      '[#{회사}] 주문하신 근조화환이 #{장소}에 배송되었습니다.\n배송 시각: #{시각}\n삼가 고인의 명복을 빕니다.',
  },
}

const buttonSchema = z.looseObject({
  buttonType: z.literal('WL'),
  buttonName: z.string().min(1).max(14),
  linkMo: z.string().min(1),
  linkPc: z.string().optional(),
})

export const kakaoOptionsSchema = z.looseObject({
  pfId: z.string(),
  templateId: z.string(),
  variables: z.record(z.string(), z.string()).optional(),
  disableSms: z.boolean().optional(),
  buttons: z.array(buttonSchema).max(5).optional(),
})
export type KakaoOptions = z.infer<typeof kakaoOptionsSchema>

export interface AlimTalk {
  readonly text: string
  readonly buttons: readonly { readonly name: string; readonly link: string }[]
  /** Kakao's failure is made good by a text. */
  readonly fallsBack: boolean
}

const VARIABLE = /#\{[^}]+\}/g

/** @returns the filled template; a text says why there is none. */
export function alimTalk(options: KakaoOptions): AlimTalk | string {
  const { pfId, templateId, variables = {}, disableSms = false, buttons = [] } = options
  if (pfId !== CHANNEL_ID) return '존재하지 않는 발신프로필입니다.'
  const template = TEMPLATES[templateId]
  if (template === undefined) return '템플릿을 찾을 수 없습니다.'
  const fill = (text: string) => text.replaceAll(VARIABLE, (name) => variables[name] ?? name)
  const filled = {
    text: fill(template.content),
    buttons: buttons.map(({ buttonName, linkMo }) => ({ name: buttonName, link: fill(linkMo) })),
    fallsBack: !disableSms,
  }
  const open = [filled.text, ...filled.buttons.map(({ link }) => link)].flatMap(
    (text) => text.match(VARIABLE) ?? [],
  )
  return open.length === 0 ? filled : `변수 값이 없습니다: ${open.join(', ')}`
}
