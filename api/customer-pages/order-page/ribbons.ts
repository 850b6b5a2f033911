/** The wreath with its two ribbons as they will be printed: upright letters from top to bottom. */
import { type Html, html, trustedHtml } from '../../html.ts'

/** Letters get no larger than on a ribbon with as many as this. */
const FEWEST_LETTERS = 6
const PETALS = 12

/** The right ribbon carries the words, the left one who sends them, as seen by a visitor. */
export function ribbons(message: string | null, orderer: string | null): Html {
  return html`<div class="wreath" lang="ko">${ribbon('left', 'orderer', orderer)}${trustedHtml(WREATH)}${ribbon('right', 'message', message)}</div>`
}

function ribbon(side: 'left' | 'right', field: 'message' | 'orderer', text: string | null): Html {
  const shown = text ?? ' '
  const letters = Math.max(FEWEST_LETTERS, [...shown].length)
  return html`<p class="ribbon ${side}" data-ribbon="${field}" style="--n:${letters}">${shown}</p>`
}

/** A chrysanthemum seen from the front. */
function flower(x: number, y: number, radius: number, colour: string): string {
  const petals = Array.from({ length: PETALS }, (_, i) => {
    const turn = ((360 / PETALS) * i).toFixed(1)
    return `<use href="#petal" transform="translate(${x} ${y}) rotate(${turn}) scale(${radius})"/>`
  }).join('')
  return `<g fill="${colour}">${petals}</g><circle cx="${x}" cy="${y}" r="${(radius * 0.32).toFixed(1)}" fill="#d9b53f"/>`
}

interface Tier {
  readonly x: number
  readonly y: number
  readonly rx: number
  readonly ry: number
}

/** Top and bottom of the wreath: ellipses full of flowers, the middle ones yellow. */
const TIERS: readonly Tier[] = [
  { x: 60, y: 58, rx: 50, ry: 52 },
  { x: 60, y: 158, rx: 54, ry: 40 },
]
const SPACING = 15.5

function flowersOf({ x, y, rx, ry }: Tier): string {
  const flowers: string[] = []
  for (let row = -4; row <= 4; row++) {
    for (let column = -4; column <= 4; column++) {
      const dx = (column + (row % 2 === 0 ? 0 : 0.5)) * SPACING
      const dy = row * SPACING * 0.88
      const reach = (dx / (rx - 8)) ** 2 + (dy / (ry - 8)) ** 2
      if (reach > 1) continue
      flowers.push(flower(x + dx, Math.round(y + dy), 9.4, reach < 0.2 ? '#f1dc8a' : '#fbfaf4'))
    }
  }
  return flowers.join('')
}

const leaves = ({ x, y, rx, ry }: Tier): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="#35604a"/>`

/** Two tiers of chrysanthemums on a stand. */
const WREATH = `<svg viewBox="0 0 120 300" aria-hidden="true"><defs><ellipse id="petal" cx="0" cy="-.62" rx=".2" ry=".4"/></defs>
<path d="M44 176 24 296M76 176l20 120M33 250h54" fill="none" stroke="#8a6f4d" stroke-width="4.5" stroke-linecap="round"/>
<rect x="38" y="96" width="44" height="40" rx="10" fill="#2b5340"/>${TIERS.map(leaves).join('')}${TIERS.map(flowersOf).join('')}</svg>`
