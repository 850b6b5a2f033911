/** By which ways a text can reach a customer, the best first: AlimTalk, a message with the picture, plain text. */
import type { Settings } from '../config/settings.ts'
import { formatKoreanTime, parseIsoTime } from '../domain/korean-time.ts'
import { type MessageType, textMessageType } from '../domain/text-message.ts'
import type { SendMessageInput } from './activity-types.ts'
import type { FileStore } from './file-store.ts'
import { PartyError } from './http.ts'
import { mmsPicture, PictureError } from './mms-picture.ts'
import type { SolapiClient, SolapiExtras } from './solapi-client.ts'

export interface WayDependencies {
  readonly solapi: Pick<SolapiClient, 'upload'>
  readonly photos: FileStore
  readonly settings: Pick<Settings, 'company' | 'kakao'>
}

/** One way, with all that goes along with the text. */
export interface MessageWay {
  readonly type: MessageType
  readonly text: string
  /** What must be made ready before it is sent, e.g. the picture at the carrier. */
  readonly extras: () => Promise<SolapiExtras>
}

/** The text as it stands, with a link where there is one, and without. */
export interface WrittenText {
  readonly withLink: string
  readonly withoutLink: string
  readonly link: string | null
}

/** Every way this text could take; the last one always works. */
export function waysOf(
  input: SendMessageInput,
  written: WrittenText,
  { solapi, photos, settings }: WayDependencies,
): MessageWay[] {
  const plain: MessageWay = {
    type: textMessageType(written.withLink),
    text: written.withLink,
    extras: async () => ({}),
  }
  if (input.kind !== 'delivered') return [plain]
  const ways: MessageWay[] = []
  const { pfId, templateDelivered } = settings.kakao
  const { link } = written
  if (pfId !== undefined && templateDelivered !== undefined && link !== null) {
    const kakaoOptions = {
      pfId,
      templateId: templateDelivered,
      variables: deliveredVariables(input, settings.company.name),
      buttons: [{ buttonType: 'WL', buttonName: '배송 사진 보기', linkMo: link, linkPc: link }] as const,
      // The other ways are ours, so that each is known and reported.
      disableSms: true,
    }
    ways.push({ type: 'ATA', text: written.withLink, extras: async () => ({ kakaoOptions }) })
  }
  const { photoKey } = input
  if (typeof photoKey === 'string') {
    const extras = async () => ({ imageId: await upload(photoKey, photos, solapi) })
    ways.push({ type: 'MMS', text: written.withoutLink, extras })
  }
  return [...ways, plain]
}

/** The variables of our template at Kakao; `.env.example` tells how the template reads. */
function deliveredVariables(
  { order, deliveredAt }: SendMessageInput,
  companyName: string,
): Record<string, string> {
  const at = deliveredAt === null ? null : parseIsoTime(deliveredAt)
  return {
    '#{회사}': companyName,
    '#{장소}': [order.destination, order.room].filter((part) => part !== null).join(' '),
    '#{시각}': at === null ? '' : formatKoreanTime(at),
  }
}

/** A moment's trouble at the carrier is tried over once: after that the link serves as well. */
async function upload(
  photoKey: string,
  photos: FileStore,
  solapi: Pick<SolapiClient, 'upload'>,
): Promise<string> {
  const photo = await photos.get(photoKey)
  if (photo === null) throw new PictureError('배송 사진이 보관되어 있지 않습니다.')
  const picture = await mmsPicture(photo)
  try {
    return await solapi.upload(picture, `${photoKey}.jpg`)
  } catch (error) {
    if (!(error instanceof PartyError) || !error.retryable) throw error
    return solapi.upload(picture, `${photoKey}.jpg`)
  }
}
