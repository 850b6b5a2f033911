/** Stand-in of the company's KakaoTalk channel: chats of people, each message a skill request to our API. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import { DEFAULT_SLOW_MS } from '../faults.ts'
import type { KakaoMessage } from '../live-events.ts'
import type { Picture } from '../pictures/store.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { ChatBook } from './chat-book.ts'
import {
  CALLBACK_LIMIT_MS,
  type SkillAnswer,
  skillAnswerSchema,
  skillRequest,
  skillResponseSchema,
} from './skill.ts'

/** Under it Kakao hands out pictures, to anybody who has the address. */
const PICTURES_PATH = '/kakao/cdn'
const CALLBACK_PATH = '/kakao/callback'

export interface ChatMessage {
  /** Digits of the phone the person has KakaoTalk on. */
  readonly user: string
  /** Absent: only a picture, which KakaoTalk sends by itself. */
  readonly text?: string
  readonly picture?: Picture
}

export interface KakaoPart extends WorldPart {
  /** A person writes to the channel; resolves with what they see of it at once. */
  readonly sendChat: (message: ChatMessage) => KakaoMessage
}

/** One skill request that may be answered later. */
interface OpenCallback {
  readonly user: string
  readonly until: number
  /** The skill has said that it answers later; before that nothing is taken. */
  expected: boolean
  used: boolean
}

export function createKakao(context: WorldContext): KakaoPart {
  const channel = new KakaoChannel(context)
  const routes = new Hono()
  routes.get(`${PICTURES_PATH}/:id`, (c) => {
    const picture = context.pictures.read(c.req.param('id'))
    if (picture === undefined) return c.text('not found', 404)
    return c.body(picture.bytes, 200, { 'content-type': picture.content_type })
  })
  routes.post(`${CALLBACK_PATH}/:token`, (c) => channel.callback(c))
  routes.get('/world/api/kakao', (c) => c.json({ messages: channel.chats.list() }))
  routes.get('/world/api/kakao/:user', (c) =>
    c.json({ messages: channel.chats.list(c.req.param('user').replaceAll(/\D/g, '')) }),
  )
  return { routes, sendChat: (message) => channel.send(message), stop: async () => channel.stop() }
}

class KakaoChannel {
  readonly chats: ChatBook
  readonly #context: WorldContext
  readonly #callbacks = new Map<string, OpenCallback>()
  readonly #stopped = new AbortController()

  constructor(context: WorldContext) {
    this.#context = context
    this.chats = new ChatBook(context)
  }

  stop(): void {
    this.#stopped.abort()
  }

  send({ user, text, picture }: ChatMessage): KakaoMessage {
    const kept = picture === undefined ? undefined : this.#context.pictures.keep(picture)
    const shown = this.chats.add({
      user,
      by: 'person',
      text: text ?? '',
      ...(kept === undefined ? {} : { pictures: [kept] }),
    })
    // KakaoTalk sends a picture and words as two messages, one request each.
    if (kept !== undefined) this.#request(user, '', `${this.#context.origin()}${PICTURES_PATH}/${kept.id}`)
    if (text !== undefined) this.#request(user, text, undefined)
    return shown
  }

  /** The answer that was announced with `useCallback`. */
  async callback(c: Context): Promise<Response> {
    const open = this.#callbacks.get(c.req.param('token') ?? '')
    if (open === undefined) return callbackBody(c, 404, 'FAIL', 'Unknown callback token.')
    const fault = this.#context.faults.take('kakao', 'callback', ['refuse', 'slow'])
    if (fault?.kind === 'refuse')
      return callbackBody(c, fault.status ?? 500, 'ERROR', 'Internal server error.')
    if (fault?.kind === 'slow') await sleep(fault.delay_ms ?? DEFAULT_SLOW_MS)
    const body: unknown = await c.req.json().catch(() => undefined)
    const refuse = (note: NonNullable<KakaoMessage['refused']>, message: string) => {
      this.chats.add({ user: open.user, by: 'company', text: textOfAnything(body), refused: note })
      return callbackBody(c, 400, 'FAIL', message)
    }
    if (open.used) return refuse('twice', 'The callback token has been used.')
    if (this.#context.now() > open.until) return refuse('late', 'The callback token has expired.')
    if (!open.expected) return refuse('unannounced', 'The skill did not answer with useCallback.')
    const answer = skillAnswerSchema.safeParse(body)
    if (!answer.success) return refuse('malformed', answer.error.issues[0]?.message ?? 'invalid')
    open.used = true
    this.#show(open.user, answer.data)
    return callbackBody(c, 200, 'SUCCESS', 'success')
  }

  #request(user: string, utterance: string, pictureUrl: string | undefined): void {
    const fault = this.#context.faults.take('kakao', 'skill', ['slow', 'double', 'drop'])
    if (fault?.kind === 'drop') {
      this.chats.add({ user, by: 'channel', text: '챗봇이 응답하지 않습니다.', refused: 'failed' })
      return
    }
    const delayMs = fault?.kind === 'slow' ? (fault.delay_ms ?? DEFAULT_SLOW_MS) : 0
    const token = randomBytes(16).toString('hex')
    const callbackUrl = `${this.#context.origin()}${CALLBACK_PATH}/${token}`
    const body = JSON.stringify(skillRequest({ number: user, utterance, pictureUrl, callbackUrl }))
    for (let copy = 0; copy < (fault?.kind === 'double' ? 2 : 1); copy++) {
      this.#ask(user, token, body, delayMs).catch((error: unknown) => {
        if (!this.#stopped.signal.aborted)
          this.#context.logger.error({ err: error }, 'a skill request failed')
      })
    }
  }

  async #ask(user: string, token: string, body: string, delayMs: number): Promise<void> {
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: this.#stopped.signal })
    const open = { user, until: this.#context.now() + CALLBACK_LIMIT_MS, expected: false, used: false }
    this.#forgetOld()
    const callback = this.#callbacks.get(token) ?? open
    this.#callbacks.set(token, callback)
    const answered = await this.#post(body)
    if (this.#stopped.signal.aborted) return
    const fail = (refused: NonNullable<KakaoMessage['refused']>, text: string) =>
      this.chats.add({ user, by: 'channel', text, refused })
    if (answered === 'late') return void fail('late', '챗봇이 5초 안에 응답하지 않았습니다.')
    if (answered === undefined) return void fail('failed', '챗봇이 응답하지 않습니다.')
    const response = skillResponseSchema.safeParse(answered)
    if (!response.success) return void fail('malformed', textOfAnything(answered))
    if ('template' in response.data) {
      this.#show(user, response.data)
      return
    }
    callback.expected = true
    const text = response.data.data?.text
    if (text !== undefined) this.chats.add({ user, by: 'company', text, waiting: true })
  }

  /** An address long out of date is unknown in the end. */
  #forgetOld(): void {
    const oldest = this.#context.now() - 10 * CALLBACK_LIMIT_MS
    for (const [token, { until }] of this.#callbacks) if (until < oldest) this.#callbacks.delete(token)
  }

  /** @returns the JSON of a 200; `late` after the limit; undefined when there was no answer to speak of. */
  async #post(body: string): Promise<unknown> {
    const { publicUrl, kakao } = this.#context.settings
    const limit = AbortSignal.timeout(this.#context.pace.kakaoSkillMs)
    try {
      const response = await fetch(`${publicUrl}/webhooks/kakao`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'X-Kakao-Skill-Token': kakao.skillToken },
        body,
        signal: AbortSignal.any([this.#stopped.signal, limit]),
      })
      const text = await response.text()
      return response.status === 200 ? (JSON.parse(text) as unknown) : undefined
    } catch {
      return limit.aborted ? 'late' : undefined
    }
  }

  /** Each output is a bubble; the quick replies hang on the last one. */
  #show(user: string, { template }: SkillAnswer): void {
    const last = template.outputs.length - 1
    for (const [index, output] of template.outputs.entries()) {
      const replies = index === last ? (template.quickReplies ?? []) : []
      this.chats.add({
        user,
        by: 'company',
        ...('simpleText' in output
          ? { text: output.simpleText.text }
          : { text: output.simpleImage.altText, image_url: output.simpleImage.imageUrl }),
        ...(replies.length === 0
          ? {}
          : { quick_replies: replies.map(({ label, messageText }) => ({ label, text: messageText })) }),
      })
    }
  }
}

/** Kakao's answer to a callback. */
function callbackBody(c: Context, status: number, result: 'SUCCESS' | 'FAIL' | 'ERROR', message: string) {
  const taskId = randomBytes(8).toString('hex')
  return c.json({ taskId, status: result, message, timestamp: Date.now() }, status as 400)
}

/** What can be read in an answer that can't be shown. */
function textOfAnything(body: unknown): string {
  const texts = [...JSON.stringify(body ?? '').matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(
    ([, text]) => JSON.parse(`"${text}"`) as string,
  )
  return texts.join('\n').slice(0, 1_000)
}
