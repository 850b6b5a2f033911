/** Texts to the owner, each once per key. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { openMessage } from '../db/queries/messages.ts'
import type { OwnerTextKind } from '../domain/owner-texts.ts'
import { textMessageType } from '../domain/text-message.ts'
import type { SolapiClient } from './solapi-client.ts'
import { createTextSender } from './text-sender.ts'

export interface OwnerTextDependencies {
  readonly db: Database
  readonly solapi: Pick<SolapiClient, 'send' | 'find'>
  readonly settings: Pick<Settings, 'company' | 'owner' | 'dataKey' | 'publicUrl' | 'secret'>
}

export interface OwnerText {
  readonly key: string
  readonly kind: OwnerTextKind
  /** Shown by phones only for long messages. */
  readonly subject: string
  readonly body: string
}

/** @returns false when it reaches nobody: the owner has no number, or the carrier refused it. @throws PartyError. */
export type TextOwner = (text: OwnerText) => Promise<boolean>

export function createOwnerTexts({ db, solapi, settings }: OwnerTextDependencies): TextOwner {
  const send = createTextSender({ db, solapi, from: settings.company.phone })
  return async function textOwner({ key, kind, subject, body }) {
    const to = settings.owner.phone
    if (to === undefined) return false
    const message = { key, orderNo: null, kind, to, body, type: textMessageType(body), attempt: 1 }
    const row = await openMessage(db, settings.dataKey, message)
    // One that the carrier refused for good is not tried again: the call follows.
    if (row.status === 'failed') return false
    if (row.status === 'pending') await send(row, { key, to, body, subject })
    return true
  }
}
