/** Solapi messages v4. The vendor's SDK has a fixed address, so requests are signed here. */
import { createHmac, randomBytes } from 'node:crypto'
import { PARTIES } from '../domain/parties.ts'
import type { MessageType } from '../domain/text-message.ts'
import { callJson, PartyError } from './http.ts'

export interface SolapiSettings {
  readonly apiUrl: string | undefined
  readonly apiKey: string
  readonly apiSecret: string
}

/** What goes along with a text: a picture that was uploaded, or the template of an AlimTalk. */
export interface SolapiExtras {
  /** MMS: id of an uploaded picture. */
  readonly imageId?: string
  /** ATA. */
  readonly kakaoOptions?: {
    readonly pfId: string
    readonly templateId: string
    /** Keys as in the template: `#{name}`. */
    readonly variables: Readonly<Record<string, string>>
    /** WL: a link on the web. */
    readonly buttons?: readonly {
      readonly buttonType: 'WL'
      readonly buttonName: string
      readonly linkMo: string
      readonly linkPc: string
    }[]
    /** Solapi itself sends no SMS when the AlimTalk does not arrive. */
    readonly disableSms: boolean
  }
}

export interface SolapiText extends SolapiExtras {
  /** Digits only. */
  readonly to: string
  /** Digits only, registered with the carrier. */
  readonly from: string
  readonly text: string
  readonly type: MessageType
  readonly subject?: string
  /** Ours: by it a text is found again when we don't know whether it went out. */
  readonly key: string
}

interface SendAnswer {
  readonly failedMessageList?: readonly { readonly statusCode: string; readonly statusMessage?: string }[]
  readonly messageList?: readonly { readonly messageId: string }[]
  readonly groupInfo?: { readonly groupId?: string; readonly _id?: string }
}
interface ListAnswer {
  readonly messageList?: Readonly<
    Record<
      string,
      { readonly messageId: string; readonly customFields?: Readonly<Record<string, string>> | null }
    >
  >
}

const API_URL = 'https://api.solapi.com'
const KEY_FIELD = 'key'

/** Header of one request (HMAC-SHA256 over date and salt); never used twice. */
function solapiAuthorization(settings: SolapiSettings, date: Date, salt: string): string {
  const iso = date.toISOString()
  const signature = createHmac('sha256', settings.apiSecret).update(`${iso}${salt}`).digest('hex')
  return `HMAC-SHA256 apiKey=${settings.apiKey}, date=${iso}, salt=${salt}, signature=${signature}`
}

export class SolapiClient {
  readonly #settings: SolapiSettings
  constructor(settings: SolapiSettings) {
    this.#settings = settings
  }

  /**
   * Hands one text to the carrier.
   * @returns Solapi's id of the message.
   * @throws PartyError, not retryable, when Solapi lists the message as failed (e.g. an unregistered sender).
   */
  async send(text: SolapiText): Promise<string> {
    const { key, ...message } = text
    const answer = await this.#call<SendAnswer>('POST', '/messages/v4/send-many/detail', {
      messages: [{ ...message, customFields: { [KEY_FIELD]: key } }],
      allowDuplicates: false,
      showMessageList: true,
    })
    const failed = answer.failedMessageList?.[0]
    if (failed !== undefined) {
      throw new PartyError(
        PARTIES.sms,
        422,
        failed.statusCode,
        failed.statusMessage ?? '문자가 접수되지 않았습니다.',
      )
    }
    const messageId = answer.messageList?.[0]?.messageId
    if (messageId === undefined) {
      throw new PartyError(PARTIES.sms, 422, 'NO_MESSAGE_ID', '문자 발송사가 접수 번호를 주지 않았습니다.')
    }
    return messageId
  }

  /**
   * Hands a picture to the carrier's storage, for an MMS.
   * @param picture JPEG of at most 200 KB.
   * @returns the id that a message names it by.
   */
  async upload(picture: Uint8Array, name: string): Promise<string> {
    const file = Buffer.from(picture).toString('base64')
    const answer = await this.#call<{ readonly fileId: string }>('POST', '/storage/v1/files', {
      file,
      type: 'MMS',
      name,
    })
    return answer.fileId
  }

  /** Id of a text that was sent to this number with our key since then; null when there is none. */
  async find(to: string, key: string, since: Date): Promise<string | null> {
    const query = new URLSearchParams({
      to,
      startDate: since.toISOString(),
      dateType: 'CREATED',
      limit: '100',
    })
    const answer = await this.#call<ListAnswer>('GET', `/messages/v4/list?${query}`).catch(noneWhenNotFound)
    const found = Object.values(answer.messageList ?? {}).find((m) => m.customFields?.[KEY_FIELD] === key)
    return found?.messageId ?? null
  }

  #call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    return callJson<Answer>({
      party: PARTIES.sms,
      method,
      url: `${this.#settings.apiUrl ?? API_URL}${path}`,
      headers: {
        authorization: solapiAuthorization(this.#settings, new Date(), randomBytes(16).toString('hex')),
      },
      ...(body === undefined ? {} : { body }),
    })
  }
}

/** Solapi answers 404 when nothing fits. */
function noneWhenNotFound(error: unknown): ListAnswer {
  if (error instanceof PartyError && error.status === 404) return {}
  throw error
}
