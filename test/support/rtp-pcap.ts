/** Captures of an RTP stream for SIPp's `play_pcap_audio`: G.711 and digits by RFC 4733. */
import { type Codec, FRAME_MS, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { PAYLOAD_TYPE, silence } from '../../media-gateway/rtp/index.ts'
import { serialiseRtp } from '../../media-gateway/rtp/packet.ts'
import { DigitSender } from '../../media-gateway/rtp/telephone-event.ts'

const TELEPHONE_EVENT = 101

interface Sent {
  readonly atMs: number
  readonly datagram: Buffer
}

/**
 * Speech, then digits, then half a second of silence, in packets of 20 ms.
 * @param speech G.711 bytes of the codec.
 */
export function rtpCapture(codec: Codec, speech: Uint8Array, digits: string): Buffer {
  const sender = new DigitSender()
  const sent: Sent[] = []
  const frames = Math.ceil(speech.length / FRAME_SAMPLES)
  const add = (beat: number, payloadType: number, timestamp: number, payload: Uint8Array, marker: boolean) =>
    sent.push({
      atMs: beat * FRAME_MS,
      datagram: serialiseRtp({
        payloadType,
        marker,
        sequence: sent.length,
        timestamp,
        ssrc: 0x5199,
        payload,
      }),
    })
  for (let beat = 0; beat < frames; beat++) {
    const frame = silence(codec, FRAME_SAMPLES)
    frame.set(speech.subarray(beat * FRAME_SAMPLES, (beat + 1) * FRAME_SAMPLES))
    add(beat, PAYLOAD_TYPE[codec], beat * FRAME_SAMPLES, frame, beat === 0)
  }
  void sender.send(digits, 100, 100)
  let beat = frames
  for (let quiet = 0; quiet < 25; beat++) {
    const step = sender.next()
    const timestamp = beat * FRAME_SAMPLES
    if (step === undefined || step === 'gap') {
      if (step === undefined) quiet++
      add(beat, PAYLOAD_TYPE[codec], timestamp, silence(codec, FRAME_SAMPLES), false)
    } else {
      for (let copy = 0; copy < step.copies; copy++)
        add(beat, TELEPHONE_EVENT, timestamp - step.sinceStart, step.payload, step.marker)
    }
  }
  return pcap(sent)
}

/** The classic libpcap format, link type Ethernet. */
function pcap(packets: readonly Sent[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65_535, 16)
  header.writeUInt32LE(1, 20)
  const records = packets.flatMap(({ atMs, datagram }) => {
    const frame = Buffer.concat([ethernetIpUdp(datagram.length), datagram])
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1_000 + Math.floor(atMs / 1_000), 0)
    record.writeUInt32LE((atMs % 1_000) * 1_000, 4)
    record.writeUInt32LE(frame.length, 8)
    record.writeUInt32LE(frame.length, 12)
    return [record, frame]
  })
  return Buffer.concat([header, ...records])
}

/** Addresses and ports are put in by SIPp. */
function ethernetIpUdp(payloadBytes: number): Buffer {
  const headers = Buffer.alloc(42)
  headers.writeUInt16BE(0x0800, 12)
  headers.writeUInt8(0x45, 14)
  headers.writeUInt16BE(28 + payloadBytes, 16)
  headers.writeUInt8(64, 22)
  headers.writeUInt8(17, 23)
  headers.writeUInt32BE(0x7f000001, 26)
  headers.writeUInt32BE(0x7f000001, 30)
  headers.writeUInt16BE(6_000, 34)
  headers.writeUInt16BE(6_002, 36)
  headers.writeUInt16BE(8 + payloadBytes, 38)
  return headers
}
