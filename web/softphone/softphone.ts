/**
 * A telephone in the browser: SIP over a WebSocket and WebRTC, one call at a time, and one on hold while somebody is asked. It knows nothing of the page; the page
 * reads `state` and is told when it changes.
 */
import {
  Invitation,
  Inviter,
  type Notification,
  Registerer,
  RegistererState,
  type Session,
  SessionState,
  UserAgent,
  type UserAgentDelegate,
  Web,
} from 'sip.js'

export interface SoftphoneCredentials {
  /** WebSocket address of the gateway. */
  readonly server: string
  /** Host of our SIP address. */
  readonly domain: string
  readonly username: string
  readonly password: string
  readonly displayName?: string
}

export type SoftphoneLine = 'off' | 'connecting' | 'ready' | 'failed'

export interface SoftphoneCall {
  readonly direction: 'in' | 'out'
  /** User part of the other side's address; '' where it is withheld. */
  readonly number: string
  readonly name: string
  readonly stage: 'ringing' | 'answering' | 'talking' | 'ending'
  readonly muted: boolean
  readonly held: boolean
  /** Epoch ms of the answer; null before. */
  readonly answeredAt: number | null
}

export interface SoftphoneState {
  readonly line: SoftphoneLine
  readonly call: SoftphoneCall | null
  /** Waits on hold while `call` is about it; null: none. */
  readonly parked: SoftphoneCall | null
  /** Somebody else is being put in our place. */
  readonly isTransferring: boolean
  /** The last call, or the transfer of it, did not come about or broke for this reason; null: it did not. */
  readonly problem: 'microphone' | 'call' | 'transfer' | null
}

/** What the softphone needs of its surroundings; tests give tones for a microphone. */
export interface SoftphoneAudio {
  readonly microphone: (deviceId: string | undefined) => Promise<MediaStream>
  /** Plays what comes; null: nothing any more. */
  readonly play: (stream: MediaStream | null) => void
}

const RECONNECT_MS = 3_000
const REGISTER_SECONDS = 300
/** Host candidates are there at once; more than this a caller does not want to wait. */
const ICE_GATHERING_MS = 1_000
/** Without an answer to its checks the browser says `disconnected`; that may pass by itself. */
const ICE_DOUBT_MS = 2_000

type WebHandler = Web.SessionDescriptionHandler

const streamOf = (session: Session): MediaStream =>
  (session.sessionDescriptionHandler as WebHandler).remoteMediaStream

export class Softphone {
  readonly #audio: SoftphoneAudio
  readonly #listeners = new Set<() => void>()
  #state: SoftphoneState = { line: 'off', call: null, parked: null, isTransferring: false, problem: null }
  #agent: UserAgent | undefined
  #registerer: Registerer | undefined
  #session: Session | undefined
  #parked: Session | undefined
  #credentials: (() => Promise<SoftphoneCredentials>) | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #iceDoubt: ReturnType<typeof setTimeout> | undefined
  /** A re-INVITE with new candidates is under way. */
  #isRestarting = false
  #microphoneId: string | undefined

  constructor(audio: SoftphoneAudio) {
    this.#audio = audio
  }

  get state(): SoftphoneState {
    return this.#state
  }

  /** @returns stops telling. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Registers, and again whenever the line is lost.
   * @param credentials asked anew each time: they do not last.
   */
  async start(credentials: () => Promise<SoftphoneCredentials>): Promise<void> {
    await this.stop()
    this.#credentials = credentials
    await this.#connect()
  }

  /** Ends the call and takes the registration back. */
  async stop(): Promise<void> {
    this.#credentials = undefined
    clearTimeout(this.#retry)
    await this.hangUp()
    await this.#parked?.bye().catch(() => {})
    const { agent, registerer } = { agent: this.#agent, registerer: this.#registerer }
    this.#agent = undefined
    this.#registerer = undefined
    if (registerer?.state === RegistererState.Registered) await registerer.unregister().catch(() => {})
    await agent?.stop().catch(() => {})
    this.#set({ line: 'off' })
  }

  /** While one talks, that call is put on hold; with another one there already nothing happens. */
  async call(number: string, name = ''): Promise<void> {
    const agent = this.#agent
    const target = this.#addressOf(number)
    if (agent === undefined || target === undefined) return
    if (this.#session !== undefined && !(await this.#park())) return
    const inviter = new Inviter(agent, target, this.#handlerOptions())
    this.#follow(inviter, { direction: 'out', number, name })
    await inviter.invite().catch(() => this.#over(inviter, 'call'))
  }

  /** They are called in our place; we are out of the call when they answer, and in it again when they do not. */
  async transfer(number: string): Promise<void> {
    const target = this.#addressOf(number)
    if (this.#session !== undefined && target !== undefined) await this.#refer(this.#session, target)
  }

  /** Whom we talk with takes our place in the call on hold. */
  async completeTransfer(): Promise<void> {
    if (this.#parked !== undefined && this.#session !== undefined)
      await this.#refer(this.#parked, this.#session)
  }

  async answer(): Promise<void> {
    const session = this.#session
    if (!(session instanceof Invitation) || this.#state.call?.stage !== 'ringing') return
    this.#setCall({ stage: 'answering' })
    try {
      await session.accept(this.#handlerOptions())
    } catch (error) {
      const problem = error instanceof DOMException ? 'microphone' : 'call'
      if (session.state !== SessionState.Terminated) await session.reject().catch(() => {})
      this.#over(session, problem)
    }
  }

  /** Refuses, gives up or ends, whichever fits. */
  async hangUp(): Promise<void> {
    const session = this.#session
    if (session === undefined) return
    this.#setCall({ stage: 'ending' })
    try {
      if (session.state === SessionState.Established) await session.bye()
      else if (session instanceof Invitation) await session.reject({ statusCode: 486 })
      else if (session instanceof Inviter) await session.cancel()
    } catch {
      this.#over(session, null)
    }
  }

  mute(muted: boolean): void {
    for (const track of this.#senderTracks()) track.enabled = !muted
    this.#setCall({ muted })
  }

  /** While it is held nothing goes either way; the gateway plays music to the other side. */
  async hold(held: boolean): Promise<void> {
    const session = this.#session
    const call = this.#state.call
    if (session?.state !== SessionState.Established || call === null || call.held === held) return
    // The library would say `sendonly` and send silence; `inactive` tells the gateway that the music is its own to play.
    for (const transceiver of this.#peer()?.getTransceivers() ?? [])
      transceiver.direction = held ? 'inactive' : 'sendrecv'
    session.sessionDescriptionHandlerOptionsReInvite = { hold: held } as object
    if (await this.#reinvite(session)) this.#setCall({ held })
  }

  /** This machine has another network, or one again. */
  networkChanged(): void {
    const ask = this.#credentials
    if (ask === undefined || this.#state.line === 'connecting') return
    if (this.#state.line === 'ready') return void this.restartIce()
    clearTimeout(this.#retry)
    if (this.#session === undefined) void this.#connectAnew()
    else void this.#comeBack(ask)
  }

  /** New candidates by re-INVITE. */
  async restartIce(): Promise<void> {
    const session = this.#session
    if (session?.state !== SessionState.Established || this.#isRestarting) return
    this.#isRestarting = true
    try {
      await this.#offerNewCandidates(session)
    } finally {
      this.#isRestarting = false
    }
  }

  async #offerNewCandidates(session: Session): Promise<void> {
    session.sessionDescriptionHandlerOptionsReInvite = {
      offerOptions: { iceRestart: true },
      iceGatheringTimeout: ICE_GATHERING_MS,
    } as object
    await this.#reinvite(session)
  }

  /** Resolves when it is answered, with whether it was accepted: before that no other offer may be made. */
  #reinvite(session: Session): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const requestDelegate = { onAccept: () => resolve(true), onReject: () => resolve(false) }
    session.invite({ requestDelegate }).catch(() => resolve(false))
    session.stateChange.addListener(() => resolve(false), { once: true })
    return promise
  }

  sendDigit(digit: string): void {
    const [sender] = this.#peer()?.getSenders() ?? []
    sender?.dtmf?.insertDTMF(digit, 160, 70)
  }

  /** From now on, also in the call that is under way. */
  async setMicrophone(deviceId: string | undefined): Promise<void> {
    this.#microphoneId = deviceId
    const [sender] = this.#peer()?.getSenders() ?? []
    if (sender === undefined) return
    const [track] = (await this.#audio.microphone(deviceId)).getAudioTracks()
    if (track === undefined) return
    track.enabled = !(this.#state.call?.muted ?? false)
    const before = sender.track
    await sender.replaceTrack(track)
    before?.stop()
  }

  #addressOf(number: string) {
    return UserAgent.makeURI(`sip:${number}@${this.#agent?.configuration.uri.host ?? ''}`)
  }

  /** @returns whether the call is on hold now, and another may be made. */
  async #park(): Promise<boolean> {
    if (this.#parked !== undefined || this.#state.call?.stage !== 'talking') return false
    await this.hold(true)
    const { call } = this.#state
    if (call?.held !== true) return false
    this.#parked = this.#session
    this.#session = undefined
    this.#audio.play(null)
    this.#set({ parked: call, call: null })
    return true
  }

  async #refer(session: Session, to: Parameters<Session['refer']>[0]): Promise<void> {
    if (session.state !== SessionState.Established || this.#state.isTransferring) return
    this.#set({ isTransferring: true, problem: null })
    const { promise: isDone, resolve } = Promise.withResolvers<boolean>()
    // The gateway ends the call when it has given it away.
    session.stateChange.addListener(() => resolve(true), { once: true })
    const onNotify = (notification: Notification) => {
      void notification.accept()
      const [, code] = /^SIP\/2\.0 (\d{3})/.exec(notification.request.body) ?? []
      if (Number(code) >= 200) resolve(Number(code) < 300)
    }
    await session
      .refer(to, { onNotify, requestDelegate: { onReject: () => resolve(false) } })
      .catch(() => resolve(false))
    this.#set({ isTransferring: false, problem: (await isDone) ? null : 'transfer' })
  }

  async #connect(): Promise<void> {
    const ask = this.#credentials
    if (ask === undefined) return
    this.#set({ line: 'connecting' })
    try {
      const credentials = await ask()
      if (this.#credentials !== ask) return
      await this.#register(credentials, ask)
    } catch {
      this.#lost(ask)
    }
  }

  async #register(
    credentials: SoftphoneCredentials,
    ask: () => Promise<SoftphoneCredentials>,
  ): Promise<void> {
    const { server, domain, username, password, displayName } = credentials
    const uri = UserAgent.makeURI(`sip:${username}@${domain}`)
    if (uri === undefined) throw new Error('no SIP address')
    const delegate: UserAgentDelegate = {
      onInvite: (invitation) => this.#invited(invitation),
      onDisconnect: () => this.#lost(ask),
    }
    const agent = new UserAgent({
      uri,
      transportOptions: { server },
      authorizationUsername: username,
      authorizationPassword: password,
      ...(displayName === undefined ? {} : { displayName }),
      sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(() =>
        this.#audio.microphone(this.#microphoneId),
      ),
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: ICE_GATHERING_MS,
        peerConnectionConfiguration: { iceServers: [], bundlePolicy: 'max-bundle' },
      },
      logBuiltinEnabled: false,
      noAnswerTimeout: 90,
      delegate,
    })
    this.#agent = agent
    await agent.start()
    const registerer = new Registerer(agent, { expires: REGISTER_SECONDS })
    this.#registerer = registerer
    registerer.stateChange.addListener((state) => {
      if (this.#registerer !== registerer) return
      if (state === RegistererState.Registered) this.#set({ line: 'ready' })
      // Refused in mid-life: the credentials are too old.
      else if (state === RegistererState.Unregistered && this.#state.line === 'ready') this.#lost(ask)
    })
    await registerer.register({
      requestDelegate: { onReject: () => this.#lost(ask) },
    })
  }

  /** A call goes on without the line; it is looked for again. */
  #lost(ask: () => Promise<SoftphoneCredentials>): void {
    if (this.#credentials !== ask) return
    clearTimeout(this.#retry)
    this.#set({ line: 'failed' })
    this.#retry = setTimeout(() => {
      if (this.#session !== undefined) return void this.#comeBack(ask)
      void this.#connectAnew()
    }, RECONNECT_MS)
  }

  #connectAnew(): Promise<void> {
    const agent = this.#agent
    this.#agent = undefined
    this.#registerer = undefined
    void agent?.stop().catch(() => {})
    return this.#connect()
  }

  /** In mid-call the line is mended and not made anew: the call belongs to it. Its sound may have lost its way, too. */
  async #comeBack(ask: () => Promise<SoftphoneCredentials>): Promise<void> {
    const { agent, registerer } = { agent: this.#agent, registerer: this.#registerer }
    try {
      await agent?.reconnect()
      const registered = Promise.withResolvers<void>()
      await registerer?.register({
        requestDelegate: {
          onAccept: () => registered.resolve(),
          onReject: () => registered.reject(new Error('not registered')),
        },
      })
      await registered.promise
    } catch {
      return this.#lost(ask)
    }
    if (this.#credentials !== ask) return
    this.#set({ line: 'ready' })
    await this.restartIce()
  }

  /** The sound has lost its way; a moment is given to it to find it again by itself. */
  #watchIce(session: Session): void {
    const peer = (session.sessionDescriptionHandler as WebHandler).peerConnection
    peer?.addEventListener('iceconnectionstatechange', () => {
      clearTimeout(this.#iceDoubt)
      const state = peer.iceConnectionState
      if (this.#session !== session || (state !== 'disconnected' && state !== 'failed')) return
      const restart = () => void (this.#session === session && this.restartIce())
      if (state === 'failed') restart()
      else this.#iceDoubt = setTimeout(restart, ICE_DOUBT_MS)
    })
  }

  #invited(invitation: Invitation): void {
    if (this.#session !== undefined || this.#parked !== undefined) {
      void invitation.reject({ statusCode: 486 }).catch(() => {})
      return
    }
    const { uri, displayName } = invitation.remoteIdentity
    this.#follow(invitation, { direction: 'in', number: uri.user ?? '', name: displayName ?? '' })
  }

  #follow(session: Session, who: Pick<SoftphoneCall, 'direction' | 'number' | 'name'>): void {
    this.#session = session
    const call = { ...who, stage: 'ringing', muted: false, held: false, answeredAt: null } as const
    this.#set({ call, problem: null })
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) {
        this.#setCall({ stage: 'talking', answeredAt: Date.now() })
        this.#audio.play(streamOf(session))
        this.#watchIce(session)
      } else if (state === SessionState.Terminated) this.#over(session, null)
    })
  }

  #over(session: Session, problem: SoftphoneState['problem']): void {
    if (this.#parked === session) {
      this.#parked = undefined
      this.#set({ parked: null })
    }
    if (this.#session !== session) return
    clearTimeout(this.#iceDoubt)
    // Who was asked is gone: whom it was about is there again, on hold still.
    const { parked } = this.#state
    this.#session = this.#parked
    this.#parked = undefined
    this.#audio.play(this.#session === undefined ? null : streamOf(this.#session))
    this.#set({ call: parked, parked: null, problem })
  }

  #handlerOptions() {
    return { sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } } }
  }

  #peer(): RTCPeerConnection | undefined {
    return (this.#session?.sessionDescriptionHandler as WebHandler | undefined)?.peerConnection
  }

  #senderTracks(): MediaStreamTrack[] {
    return (this.#peer()?.getSenders() ?? []).flatMap(({ track }) => (track === null ? [] : [track]))
  }

  #setCall(change: Partial<SoftphoneCall>): void {
    const { call } = this.#state
    if (call !== null) this.#set({ call: { ...call, ...change } })
  }

  #set(change: Partial<SoftphoneState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
