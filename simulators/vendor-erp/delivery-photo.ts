/** The photo of a delivered wreath: three tiers of white and yellow chrysanthemums with two ribbons on a stand. */
import { encodePng } from './png.ts'

const WIDTH = 480
const HEIGHT = 640

type Color = readonly [number, number, number]

const WALL_TOP: Color = [214, 207, 196]
const WALL_BOTTOM: Color = [186, 178, 166]
const FLOOR: Color = [120, 108, 96]
const LEAF: Color = [44, 92, 52]
const WHITE: Color = [248, 247, 240]
const CREAM: Color = [235, 226, 200]
const YELLOW: Color = [244, 205, 84]
const RIBBON: Color = [252, 252, 250]
const INK: Color = [28, 28, 34]
const WOOD: Color = [104, 74, 48]

/** The same picture for the same order. */
export function wreathPhoto(orderId: string): Buffer<ArrayBuffer> {
  const canvas = new Canvas(randomFrom(orderId))
  canvas.background()
  canvas.stand()
  for (const tier of [
    { x: 240, y: 205, radius: 118 },
    { x: 240, y: 385, radius: 98 },
  ]) {
    canvas.tier(tier)
  }
  canvas.ribbon(178, 150)
  canvas.ribbon(302, 150)
  return Buffer.from(encodePng(WIDTH, HEIGHT, canvas.pixels))
}

class Canvas {
  readonly pixels = new Uint8Array(WIDTH * HEIGHT * 3)
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  background(): void {
    const floorFrom = HEIGHT * 0.86
    for (let y = 0; y < HEIGHT; y += 1) {
      const color =
        y < floorFrom ? mix(WALL_TOP, WALL_BOTTOM, y / floorFrom) : mix(FLOOR, INK, (y - floorFrom) / HEIGHT)
      for (let x = 0; x < WIDTH; x += 1) this.#set(x, y, shade(color, 0.97 + this.#random() * 0.05))
    }
  }

  stand(): void {
    for (let y = 300; y < 600; y += 1) {
      const spread = ((y - 300) / 300) * 92
      for (const center of [240 - spread, 240 + spread]) {
        for (let x = center - 6; x <= center + 6; x += 1)
          this.#set(x, y, shade(WOOD, 0.8 + (x - center + 6) / 30))
      }
    }
  }

  tier({ x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number }): void {
    for (let i = 0; i < 900; i += 1) {
      const [dx, dy] = this.#inDisc(radius * 1.12)
      this.#ellipse(x + dx, y + dy, 9, 4 + this.#random() * 3, shade(LEAF, 0.6 + this.#random() * 0.7))
    }
    for (let ring = radius; ring > 8; ring -= 17) {
      const count = Math.max(1, Math.floor((2 * Math.PI * ring) / 21))
      for (let i = 0; i < count; i += 1) {
        const angle = (i / count) * 2 * Math.PI + ring
        const isRim = ring > radius - 18
        this.#flower(x + Math.cos(angle) * ring, y + Math.sin(angle) * ring * 0.94, isRim ? YELLOW : WHITE)
      }
    }
  }

  ribbon(x: number, from: number): void {
    const length = 330
    for (let dy = 0; dy < length; dy += 1) {
      const sway = Math.sin(dy / 60) * 4
      for (let dx = -17; dx <= 17; dx += 1) {
        const notch = dy > length - 20 && Math.abs(dx) < dy - (length - 20)
        if (!notch) this.#set(x + dx + sway, from + dy, shade(RIBBON, 0.88 + 0.12 * Math.cos(dx / 11)))
      }
    }
    for (let glyph = 0; glyph < 11; glyph += 1)
      this.#glyph(x + Math.sin((glyph * 26) / 60) * 4, from + 24 + glyph * 26)
  }

  /** Brush strokes where the text stands; too small in a photo to be read. */
  #glyph(x: number, y: number): void {
    for (let stroke = 0; stroke < 4; stroke += 1) {
      const isFlat = this.#random() < 0.55
      const cx = x + (this.#random() - 0.5) * 12
      const cy = y + (this.#random() - 0.5) * 14
      this.#ellipse(cx, cy, isFlat ? 8 : 1.8, isFlat ? 1.7 : 7, INK)
    }
  }

  #flower(x: number, y: number, color: Color): void {
    const petals = 11
    const size = 10 + this.#random() * 2
    for (let i = 0; i < petals; i += 1) {
      const angle = (i / petals) * 2 * Math.PI + this.#random()
      const light = 0.82 + 0.18 * Math.max(0, Math.cos(angle + 2.2))
      this.#ellipse(
        x + Math.cos(angle) * size * 0.62,
        y + Math.sin(angle) * size * 0.62,
        4.6,
        4,
        shade(color, light),
      )
    }
    this.#ellipse(x, y, 4.2, 3.8, shade(color === WHITE ? CREAM : color, 0.93))
  }

  #ellipse(cx: number, cy: number, rx: number, ry: number, color: Color): void {
    for (let y = Math.floor(cy - ry); y <= cy + ry; y += 1) {
      for (let x = Math.floor(cx - rx); x <= cx + rx; x += 1) {
        const distance = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2
        if (distance <= 1) this.#set(x, y, shade(color, 1.04 - distance * 0.16))
      }
    }
  }

  #inDisc(radius: number): readonly [number, number] {
    const angle = this.#random() * 2 * Math.PI
    const distance = Math.sqrt(this.#random()) * radius
    return [Math.cos(angle) * distance, Math.sin(angle) * distance]
  }

  #set(x: number, y: number, [red, green, blue]: Color): void {
    const column = Math.round(x)
    const row = Math.round(y)
    if (column < 0 || row < 0 || column >= WIDTH || row >= HEIGHT) return
    this.pixels.set([clamp(red), clamp(green), clamp(blue)], (row * WIDTH + column) * 3)
  }
}

function mix(from: Color, to: Color, share: number): Color {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ]
}

function shade([red, green, blue]: Color, factor: number): Color {
  return [red * factor, green * factor, blue * factor]
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

/** A linear congruential generator (Numerical Recipes) seeded by the text. */
function randomFrom(seed: string): () => number {
  let state = [...seed].reduce((sum, char) => (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) >>> 0, 7)
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
