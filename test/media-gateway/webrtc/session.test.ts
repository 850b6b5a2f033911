/** The gateway's end of WebRTC against werift as a peer: trickled candidates, other networks, wrong offers. */
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift'
import {
  audioOf,
  forTheWire,
  isWebRtcOffer,
  narrowed,
  readTrickle,
  TRICKLE_TYPE,
} from '../../../media-gateway/webrtc/sdp.ts'
import { WebRtcSession } from '../../../media-gateway/webrtc/web-rtc-session.ts'
import { spectrum, tone } from '../../support/tones.ts'

const HOST = '127.0.0.1'
const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function session(): Promise<WebRtcSession> {
  const made = await WebRtcSession.open({
    rtpHost: HOST,
    publicHost: HOST,
    portRange: undefined,
    logger: pino({ level: 'silent' }),
  })
  open.push(made, made.endpoint)
  return made
}

function client(): RTCPeerConnection {
  const pcmu = new RTCRtpCodecParameters({
    mimeType: 'audio/PCMU',
    clockRate: 8_000,
    channels: 1,
    payloadType: 0,
  })
  const peer = new RTCPeerConnection({
    codecs: { audio: [pcmu], video: [] },
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [HOST],
    iceInterfaceAddresses: { udp4: HOST },
  })
  open.push(peer)
  return peer
}

const withoutCandidates = (sdp: string) =>
  sdp
    .split('\r\n')
    .filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line))
    .join('\r\n')

const connected = (peer: RTCPeerConnection) =>
  new Promise<void>((resolve) => {
    if (peer.connectionState === 'connected') return resolve()
    peer.connectionStateChange.subscribe((state) => {
      if (state === 'connected') resolve()
    })
  })

test('candidates that come by INFO after the answer connect the call, and sound comes through', async () => {
  const ours = await session()
  const peer = client()
  const { sender } = peer.addTransceiver('audio', { direction: 'sendrecv' })
  await peer.setLocalDescription(await peer.createOffer())
  const offer = peer.localDescription?.sdp ?? ''
  const { sdp, media } = await ours.answer(withoutCandidates(offer))
  const heard: Uint8Array[] = []
  const enough = Promise.withResolvers<void>()
  ours.endpoint.start(media, {
    nextFrame: () => undefined,
    onFrame: (frame) => {
      heard.push(frame)
      const [level = 0] = spectrum('PCMU', heard.slice(-10), [600])
      if (heard.length >= 10 && level > 5_000) enough.resolve()
    },
  })
  // They get no candidate of ours either: only what is trickled can make the connection.
  await peer.setRemoteDescription({ type: 'answer', sdp: withoutCandidates(sdp) })
  const lines = offer.split('\r\n')
  const fragment = [
    ...lines.filter((line) => /^a=ice-(ufrag|pwd):/.test(line)),
    'm=audio 9 RTP/AVP 0',
    'a=mid:0',
    ...lines.filter((line) => line.startsWith('a=candidate:')),
    'a=end-of-candidates',
    '',
  ].join('\r\n')
  ours.info({ contentType: 'text/plain', body: fragment })
  ours.info({ contentType: TRICKLE_TYPE, body: fragment.replace(/ufrag:.*/, 'ufrag:old') })
  ours.info({ contentType: TRICKLE_TYPE, body: fragment })
  await connected(peer)
  const sound = tone('PCMU', 600, 1_000)
  for (let i = 0; i < 50; i++) {
    const header = new RtpHeader({ payloadType: 0, sequenceNumber: i, timestamp: i * 160, ssrc: sender.ssrc })
    await sender.sendRtp(new RtpPacket(header, Buffer.from(sound.subarray(i * 160, i * 160 + 160))))
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  await enough.promise
})

describe('an offer that is not for us', () => {
  const opus = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=rtpmap:111 opus/48000/2',
    'a=fingerprint:sha-256 00',
    '',
  ].join('\r\n')

  test.each([
    ['without mu-law', opus],
    ['without audio', opus.replace('m=audio', 'm=video')],
    ['that is no SDP', 'hello'],
    ['without ICE', opus.replace(' 111\r\n', ' 0\r\n')],
  ])('%s gets 488', async (_, offer) => {
    const ours = await session()
    await expect(ours.answer(offer)).rejects.toMatchObject({ reason: 'not_acceptable', code: 488 })
  })
})

describe('session descriptions', () => {
  test('of browsers are told from those of telephones', () => {
    const sdp = (profile: string, more = '') => `v=0\r\nm=audio 9 ${profile} 0\r\n${more}`
    expect(isWebRtcOffer(sdp('UDP/TLS/RTP/SAVPF', 'a=fingerprint:sha-256 AB\r\n'))).toBe(true)
    expect(isWebRtcOffer(sdp('RTP/SAVPF', 'a=fingerprint:sha-256 AB\r\n'))).toBe(true)
    expect(isWebRtcOffer(sdp('RTP/SAVP', 'a=crypto:1 AES inline:x\r\n'))).toBe(false)
    expect(isWebRtcOffer(sdp('RTP/AVP'))).toBe(false)
  })

  test('keep mu-law and the digits of 8 kHz alone', () => {
    const lines = [
      'v=0',
      'o=- 1 2 IN IP4 127.0.0.1',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 110 126',
      'a=rtpmap:111 opus/48000/2',
      'a=rtcp-fb:111 transport-cc',
      'a=fmtp:111 useinbandfec=1',
      'a=rtpmap:110 telephone-event/48000',
      'a=rtpmap:126 telephone-event/8000',
      'c=IN IP4 127.0.0.1',
    ]
    const kept = narrowed(lines.join('\r\n'))
    expect(audioOf(kept).formats).toEqual(['0', '126'])
    expect(kept).not.toMatch(/111|:110/)
    expect(narrowed(kept)).toBe(kept)
  })

  test('show the address that we are reached by beside our own', () => {
    const sdp = [
      'a=candidate:1 1 udp 5 10.0.0.5 4000 typ host generation 0',
      'a=ssrc:1 cname:x',
      'a=candidate:2 1 udp 4 10.0.0.5 4000 typ srflx raddr 10.0.0.5 rport 4000',
    ].join('\r\n')
    expect(forTheWire(sdp, '10.0.0.5', '203.0.113.7').split('\r\n')).toEqual([
      'a=candidate:1 1 udp 5 10.0.0.5 4000 typ host generation 0',
      'a=candidate:1p 1 udp 1694498815 203.0.113.7 4000 typ srflx raddr 10.0.0.5 rport 4000',
      'a=candidate:2 1 udp 4 10.0.0.5 4000 typ srflx raddr 10.0.0.5 rport 4000',
    ])
    expect(forTheWire(sdp, '10.0.0.5', '10.0.0.5')).toContain('10.0.0.5 4000 typ host')
    // Bound to every address, and one of them is it.
    expect(forTheWire(sdp.replace('10.0.0.5', '203.0.113.7'), '0.0.0.0', '203.0.113.7')).not.toContain('1p 1')
  })

  test('trickled in fragments are read line by line, whatever else is there', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        const line = noise.replaceAll(/[\r\n]/g, ' ')
        const fragment = `a=ice-ufrag:abcd\r\n${line}\r\na=mid:1\r\na=candidate:1 1 udp 5 10.0.0.5 4000 typ host\r\n`
        expect(readTrickle(fragment)).toMatchObject({
          candidates: expect.arrayContaining([
            { candidate: 'candidate:1 1 udp 5 10.0.0.5 4000 typ host', sdpMid: '1' },
          ]),
        })
      }),
    )
  })
})
