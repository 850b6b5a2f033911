/** Our softphone in a page of a headless browser, with a tone for a microphone. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { ensureBrowser } from '../../../activities/browser/program.ts'

/** Of `web/softphone/softphone.ts`, which needs the browser's types. */
interface SoftphoneState {
  readonly line: string
  readonly call: {
    readonly direction: string
    readonly number: string
    readonly stage: string
    readonly muted: boolean
    readonly held: boolean
  } | null
}

const SOURCE = fileURLToPath(new URL('../../../web/softphone/softphone.ts', import.meta.url))

/** What runs in the page: an oscillator to speak with, an analyser to listen with. */
const PAGE = `<!doctype html><title>phone</title><script type="module">
  import { Softphone } from '/softphone.js'
  const audio = new AudioContext()
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  gain.gain.value = 0.3
  oscillator.connect(gain)
  oscillator.start()
  const analyser = audio.createAnalyser()
  analyser.fftSize = 8192
  analyser.smoothingTimeConstant = 0
  let source
  const phone = new Softphone({
    microphone: async () => {
      const out = audio.createMediaStreamDestination()
      gain.connect(out)
      return out.stream
    },
    play: (stream) => {
      source?.disconnect()
      source = undefined
      if (stream === null) return
      // Chromium decodes a remote stream only while an element plays it.
      const element = new Audio()
      element.muted = true
      element.srcObject = stream
      void element.play()
      source = audio.createMediaStreamSource(stream)
      source.connect(analyser)
    },
  })
  window.phone = phone
  window.speak = (hz) => { oscillator.frequency.value = hz }
  /** dB of the strongest bin around each frequency. */
  window.levels = (...frequencies) => {
    const bins = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(bins)
    const width = audio.sampleRate / analyser.fftSize
    return frequencies.map((hz) => {
      const at = Math.round(hz / width)
      return Math.max(-200, ...bins.slice(at - 2, at + 3))
    })
  }
  await audio.resume()
  window.ready = true
</script>`

export class BrowserPhone {
  readonly page: Page
  readonly #browser: Browser
  readonly #server: Server

  private constructor(page: Page, browser: Browser, server: Server) {
    this.page = page
    this.#browser = browser
    this.#server = server
  }

  static async open(): Promise<BrowserPhone> {
    const script = await softphoneScript()
    const server = createServer((request, response) => {
      if (request.url === '/softphone.js')
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
      else response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { executablePath, args } = await ensureBrowser()
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      args: [
        ...args,
        '--autoplay-policy=no-user-gesture-required',
        '--allow-loopback-in-peer-connection',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
      ],
    })
    const page = await browser.newPage()
    if (process.env.TEST_LOG !== undefined) page.on('console', (line) => console.log(line.text()))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction('window.ready')
    return new BrowserPhone(page, browser, server)
  }

  async start(credentials: {
    readonly server: string
    readonly domain: string
    readonly username: string
    readonly password: string
  }): Promise<void> {
    await this.page.evaluate(`phone.start(async () => (${JSON.stringify(credentials)}))`)
    await this.state((state) => state.line === 'ready')
  }

  /** Calls a method of the softphone. */
  do(call: string): Promise<unknown> {
    return this.page.evaluate(`phone.${call}`)
  }

  speak(hz: number): Promise<unknown> {
    return this.page.evaluate(`speak(${hz})`)
  }

  /** Resolves with the state in which the condition holds. */
  async state(holds: (state: SoftphoneState) => boolean): Promise<SoftphoneState> {
    for (;;) {
      const state = await this.page.evaluate<SoftphoneState>('phone.state')
      if (holds(state)) return state
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Resolves when one frequency is heard, and stands out of the others by 20 dB. */
  async hears(hz: number, ...others: readonly number[]): Promise<void> {
    for (;;) {
      const [wanted = -200, ...rest] = await this.page.evaluate<number[]>(
        `levels(${[hz, ...others].join(',')})`,
      )
      if (wanted > -50 && rest.every((level) => level < wanted - 20)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

async function softphoneScript(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: SOURCE, formats: ['es'], fileName: 'softphone' } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error('nothing was built')
  return output.output[0].code
}
