/** Flows of the fake: a draft is tried by its first answer, and every version is kept. */

import { FLOW_NAMES, type FlowContent, type FlowName } from '../../../domain/flow-content.ts'
import { FLOW_TOOLS, SHIPPED_FLOWS } from '../../../domain/flow-defaults.ts'
import { checkFlow, FLOW_LIMITS, phrasesOf, placeholdersOf } from '../../../domain/flow-rules.ts'
import { trialNumberOf } from '../../../domain/flow-trial-number.ts'
import type { FlowContentView, FlowDetail, FlowDraft, FlowTrialView } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
}

const view = ({ persona, knowledge, tools, phrases }: FlowContent): FlowContentView => ({
  persona,
  knowledge: [...knowledge],
  tools: [...tools],
  phrases,
})
const SHIPPED = view(SHIPPED_FLOWS.order_call)
const SECOND: FlowContentView = {
  ...SHIPPED,
  persona: '밝고 또박또박 이야기합니다. 고객은 상을 당했을 수 있습니다.',
  knowledge: [{ title: '배송 지역', text: '전국 어디나 세 시간 안에 도착합니다.' }],
}
const problem = (code: string, errors: readonly object[] = []): Answer => ({
  status: errors.length > 0 ? 422 : 409,
  type: 'application/problem+json',
  body: { type: '', title: 'Not possible', status: 409, code, detail: 'A sentence in English.', errors },
})

export class FakeFlows {
  draft: FlowDraft | null = null
  versions: FlowContentView[] = [SHIPPED, { ...SHIPPED, persona: '짧게 이야기합니다.' }, SECOND]
  releases: FlowDetail['releases'] = [
    { version: 2, released_at: inMinutes(-90), released_by: '이대표', reason: '배송 지역 문의가 많아서' },
    { version: 1, released_at: inMinutes(-3_000), released_by: '김팀장', reason: '말이 길다는 의견' },
  ]
  #trial: FlowTrialView['lines'] = []
  #revisions = 0

  get #live(): number {
    return this.releases[0]?.version ?? 0
  }

  detail(flow: FlowName): FlowDetail {
    const { permitted, required } = FLOW_TOOLS[flow]
    const isOrder = flow === 'order_call'
    return {
      flow,
      trial_number: trialNumberOf(flow),
      live: isOrder
        ? { version: this.#live, content: this.versions[this.#live] ?? SHIPPED }
        : { version: 0, content: view(SHIPPED_FLOWS[flow]) },
      draft: isOrder ? this.draft : null,
      versions: [],
      releases: isOrder ? this.releases : [],
      rules: {
        tools: permitted.map((name) => ({ name, required: required.includes(name) })),
        phrases: phrasesOf(flow).map(([name, languages]) => ({ name, languages: [...languages] })),
        placeholders: placeholdersOf(flow).map((name) => `{${name}}`),
        limits: { ...FLOW_LIMITS },
      },
    }
  }

  answer(method: string, path: string, body: unknown): Answer {
    const [, , area, name = '', what, more] = path.split('/')
    if (area === 'flow-trials') return this.#say((body as { text: string }).text)
    if (name === '') return { status: 200, body: { flows: this.#list() } }
    const flow = FLOW_NAMES.find((known) => known === name)
    if (flow === undefined) return { ...problem('not_found'), status: 404 }
    if (what === 'trials') return this.#open()
    if (what === 'versions')
      return { status: 200, body: { version: Number(more), content: this.versions[Number(more)] } }
    const refused = method === 'GET' ? null : this.#change(flow, what, more, body)
    if (refused !== null) return refused
    return { status: 200, body: what === 'draft' && more === undefined ? this.draft : this.detail(flow) }
  }

  #list() {
    return FLOW_NAMES.map((flow) => {
      const { live, draft, releases } = this.detail(flow)
      return {
        flow,
        live_version: live.version,
        released_at: releases[0]?.released_at ?? null,
        released_by: releases[0]?.released_by ?? null,
        draft:
          draft === null
            ? null
            : { state: draft.state, changed_by: draft.changed_by, changed_at: draft.changed_at },
      }
    })
  }

  #change(flow: FlowName, what: string | undefined, more: string | undefined, body: unknown): Answer | null {
    const given = body as { content: FlowContentView; reason: string; version: number }
    if (what === 'releases') this.#release(given.version, given.reason)
    else if (more === 'discard') this.draft = null
    else if (more === 'release') {
      if (this.draft?.state !== 'tried') return problem('not_tried')
      this.versions.push(this.draft.content)
      this.#release(this.versions.length - 1, given.reason)
      this.draft = null
    } else {
      const wrong = checkFlow(flow, given.content as FlowContent)
      if (wrong.length > 0)
        return problem(
          'invalid_request',
          wrong.map(({ path, code }) => ({ path: `body.content.${path}`, message: code })),
        )
      this.draft = {
        content: given.content,
        based_on: this.#live,
        revision: ++this.#revisions,
        state: 'draft',
        changed_by: '이대표',
        changed_at: inMinutes(0),
      }
    }
    return null
  }

  #release(version: number, reason: string): void {
    this.releases = [{ version, released_at: inMinutes(0), released_by: '이대표', reason }, ...this.releases]
  }

  #open(): Answer {
    const words = this.draft?.content.phrases.question?.ko ?? '무엇을 도와드릴까요?'
    this.#trial = [{ speaker: 'ai', text: `안녕하세요, AI 상담원입니다. ${words}`, tools: [], fault: false }]
    return { status: 201, body: this.#view() }
  }

  #say(text: string): Answer {
    if (this.draft !== null) this.draft = { ...this.draft, state: 'tried' }
    const tool = {
      name: 'set_order_fields',
      input: { recipient: { value: '고 박영자', words: text, confidence: 0.95 } },
      ok: true,
      result: '{"ok":true,"missing":["orderer"]}',
    }
    this.#trial = [
      ...this.#trial,
      { speaker: 'person', text, tools: [], fault: false },
      { speaker: 'ai', text: '네, 보내시는 분은 어떻게 되세요?', tools: [tool], fault: false },
    ]
    return { status: 200, body: this.#view() }
  }

  #view(): FlowTrialView {
    const none = {
      orderer: null,
      destination: null,
      room: null,
      message: null,
      deliver_by: null,
      phone: null,
    }
    const told = this.#trial.length > 1
    return {
      trial_id: 'trial-0123456789ab',
      lines: this.#trial,
      order: { ...none, recipient: told ? '고 박영자' : null },
      placed: false,
      end: null,
    }
  }
}
