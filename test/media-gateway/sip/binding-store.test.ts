/** Where the phones of our users are, and until when. */
import { describe, expect, it } from 'vitest'
import type { SipUser } from '../../../media-gateway/sip/index.ts'
import { BindingStore } from '../../../media-gateway/sip/registrar/binding-store.ts'
import { HOST } from './harness.ts'

const user: SipUser = { username: 'agent-1', password: 'pass one', numbers: ['1001', '07012341001'] }

describe('bindings', () => {
  const change = (uri: string, seconds: number, cseq = 1) => ({
    uri,
    hop: { host: HOST, port: 1 },
    q: 1,
    expiresAt: seconds * 1_000,
    callId: 'c',
    cseq,
    instance: null,
    userAgent: null,
  })

  it('are over when their time is', () => {
    const clock = { now: 0 }
    const store = new BindingStore(() => clock.now)
    expect(store.update(user, [change('sip:a@A.example', 60), change('sip:b@b.example', 120)])).toBe(
      'updated',
    )
    clock.now = 60_000
    expect(store.list('agent-1').map(({ uri }) => uri)).toEqual(['sip:b@b.example'])
    clock.now = 120_000
    expect([store.size, store.listByNumber('1001')]).toEqual([0, []])
  })

  it('are the same whatever the case of the host', () => {
    const store = new BindingStore(() => 0)
    store.update(user, [change('sip:a@A.example', 60)])
    store.update(user, [change('sip:a@a.EXAMPLE', 90, 2)])
    store.update(user, [change('sip:A@a.example', 90, 3)])
    expect(store.list('agent-1').map(({ uri }) => uri)).toEqual(['sip:a@a.EXAMPLE', 'sip:A@a.example'])
  })
})
