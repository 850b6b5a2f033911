/** The picture of an obituary notice (부고) as it goes round by phone: a screenshot of a mobile page, with a QR code. */
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import QRCode from 'qrcode'
import { departureText, type NoticeFacts, noticeText } from './notice-facts.ts'

const WIDTH = 720
const HEIGHT = 1280
const FONTS = join(import.meta.dirname, '../../node_modules/pretendard/dist/public/static')
const FONT_FILES = ['Regular', 'Medium', 'Bold'].map((weight) => join(FONTS, `Pretendard-${weight}.otf`))

const INK = '#2b2b2b'
const QUIET = '#77736c'
const LINE = '#ddd8cf'
const MARGIN = 72
const QR_SIZE = 300

/** @returns PNG. */
export function obituaryNotice(facts: NoticeFacts): Buffer {
  const resvg = new Resvg(svg(facts), {
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'Pretendard' },
  })
  return resvg.render().asPng()
}

function svg(facts: NoticeFacts): string {
  const rows: ReadonlyArray<readonly [string, string]> = [
    ['고인', `고 ${facts.deceased} (향년 ${facts.age}세)`],
    ['빈소', facts.hall],
    ['호실', facts.room],
    ['발인', departureText(facts.departsAt)],
    ['상주', facts.chiefMourners],
  ]
  const tableTop = 470
  const rowHeight = 62
  const qrTop = tableTop + rows.length * rowHeight + 50
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="Pretendard">
  <defs><linearGradient id="paper" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fbfaf7"/><stop offset="1" stop-color="#f1eee7"/></linearGradient></defs>
  <rect width="100%" height="100%" fill="url(#paper)"/>
  <rect x="28" y="28" width="${WIDTH - 56}" height="${HEIGHT - 56}" fill="none" stroke="${LINE}" stroke-width="2"/>
  <rect x="38" y="38" width="${WIDTH - 76}" height="${HEIGHT - 76}" fill="none" stroke="${LINE}"/>
  ${chrysanthemum(WIDTH / 2, 128)}
  ${centred('부 고', 250, 46, INK, 700)}
  ${centred('삼가 알려 드립니다', 292, 22, QUIET)}
  ${centred(`고 ${facts.deceased} 님께서 별세하셨기에`, 368, 32, INK, 500)}
  ${centred('가시는 길 깊은 애도와 명복을 빌어 주시기 바랍니다', 412, 23, QUIET)}
  ${rows.map(([name, value], index) => row(name, value, tableTop + index * rowHeight, rowHeight)).join('\n  ')}
  <rect x="${(WIDTH - QR_SIZE) / 2 - 16}" y="${qrTop - 16}" width="${QR_SIZE + 32}" height="${QR_SIZE + 32}" rx="12" fill="#ffffff" stroke="${LINE}"/>
  ${qrCode(noticeText(facts), (WIDTH - QR_SIZE) / 2, qrTop)}
  ${centred('QR 코드를 찍으시면 빈소 안내를 보실 수 있습니다', qrTop + QR_SIZE + 50, 21, QUIET)}
</svg>`
}

function row(name: string, value: string, top: number, height: number): string {
  const baseline = top + height / 2 + 9
  return `<line x1="${MARGIN}" y1="${top}" x2="${WIDTH - MARGIN}" y2="${top}" stroke="${LINE}"/>
  <text x="${MARGIN + 8}" y="${baseline}" font-size="25" fill="${QUIET}">${name}</text>
  <text x="${MARGIN + 110}" y="${baseline}" font-size="27" font-weight="500" fill="${INK}">${escaped(value)}</text>`
}

function centred(text: string, y: number, size: number, color: string, weight = 400): string {
  return `<text x="${WIDTH / 2}" y="${y}" text-anchor="middle" font-size="${size}" font-weight="${weight}" fill="${color}">${escaped(text)}</text>`
}

/** The white flower of mourning: rings of petals, the outer ones longer. */
function chrysanthemum(x: number, y: number): string {
  const rings = [
    { petals: 22, length: 56, width: 7 },
    { petals: 18, length: 42, width: 6.5 },
    { petals: 13, length: 28, width: 6 },
    { petals: 8, length: 15, width: 5 },
  ]
  const petals = rings.flatMap(({ petals: count, length, width }, ring) =>
    Array.from({ length: count }, (_, index) => {
      const angle = (index / count) * 360 + ring * 9
      return `<ellipse cx="${x}" cy="${y - length / 2 - 4}" rx="${width}" ry="${length / 2}" transform="rotate(${angle.toFixed(1)} ${x} ${y})" fill="#ffffff" stroke="#cfc9bd" stroke-width="1.2"/>`
    }),
  )
  return `${petals.join('')}<circle cx="${x}" cy="${y}" r="7" fill="#e9d9a0"/>`
}

/** One path of all dark modules. */
function qrCode(text: string, left: number, top: number): string {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
  const cell = QR_SIZE / modules.size
  let path = ''
  for (let y = 0; y < modules.size; y += 1)
    for (let x = 0; x < modules.size; x += 1) if (modules.get(y, x) !== 0) path += `M${x} ${y}h1v1h-1z`
  return `<path transform="translate(${left} ${top}) scale(${cell})" d="${path}" fill="#111111" shape-rendering="crispEdges"/>`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
