/** Switches for what goes wrong. */
import { post, remove } from './api.js'
import { h } from './dom.js'
import { t } from './texts.js'

/** What each service can act out, by operation. */
const OPERATIONS = {
  claude: { messages: ['refuse', 'slow', 'drop'] },
  speech: { recognize: ['refuse', 'slow', 'drop'], synthesize: ['refuse', 'slow', 'drop'] },
  sms: {
    send: ['refuse', 'slow', 'drop'],
    list: ['refuse', 'slow', 'drop'],
    upload: ['refuse', 'slow', 'drop'],
    deliver: ['refuse'],
    mms: ['refuse'],
    ata: ['refuse'],
    report: ['slow', 'double', 'reorder', 'drop'],
    inbound: ['slow', 'double', 'reorder', 'drop'],
    picture: ['refuse'],
  },
  kakao: { skill: ['slow', 'double', 'drop'], callback: ['refuse', 'slow'] },
  payments: {
    create: ['refuse', 'slow', 'drop'],
    checkout: ['refuse'],
    confirm: ['refuse', 'slow', 'drop'],
    read: ['refuse', 'slow', 'drop'],
    cancel: ['refuse', 'slow', 'drop'],
    webhook: ['slow', 'double', 'reorder', 'drop'],
    deposit_callback: ['slow', 'double', 'reorder', 'drop'],
  },
  bank: { transactions: ['refuse', 'slow', 'drop'] },
  vendor_erp: {
    create_order: ['refuse', 'slow', 'drop'],
    read_order: ['refuse', 'slow', 'drop'],
    edit_order: ['refuse', 'slow', 'drop'],
    cancel_order: ['refuse', 'slow', 'drop'],
    pages: ['refuse', 'slow', 'drop'],
    progress: ['slow', 'drop'],
    webhook: ['slow', 'double', 'reorder', 'drop'],
  },
  telephone: {
    receive_call: ['refuse', 'slow', 'drop'],
    audio: ['drop', 'double', 'reorder', 'slow', 'noise'],
  },
}

const form = document.querySelector('#fault')
const list = document.querySelector('#faults')
const field = (name) => form.elements.namedItem(name)
let faults = []

export function setUpFaults() {
  form.addEventListener('change', drawForm)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const number = (name) => (field(name).value === '' ? undefined : Number(field(name).value))
    await post('/faults', {
      service: field('service').value,
      kind: field('kind').value,
      operation: field('operation').value || undefined,
      times: number('times'),
      delay_ms: field('kind').value === 'slow' ? number('delay') : undefined,
      status: field('kind').value === 'refuse' ? number('status') : undefined,
    })
  })
}

export function showFaults(all) {
  faults = all
  redrawFaults()
}

export function redrawFaults() {
  drawForm()
  const chips = faults.map((fault) =>
    h(
      'span',
      { class: 'chip' },
      describe(fault),
      h(
        'button',
        {
          type: 'button',
          'aria-label': t('faults.remove'),
          title: t('faults.remove'),
          onclick: () => remove(`/faults/${fault.id}`),
        },
        '✕',
      ),
    ),
  )
  list.replaceChildren(...(chips.length === 0 ? [h('p', { class: 'empty' }, t('faults.none'))] : chips))
}

function describe(fault) {
  const operation = fault.operation === undefined ? t('faults.any') : t(`operation.${fault.operation}`)
  const left = fault.times === undefined ? '' : ` · ${fault.times - fault.taken} ${t('faults.left')}`
  return `${t(`service.${fault.service}`)} · ${operation} · ${t(`kind.${fault.kind}`)}${left}`
}

function drawForm() {
  fill('service', Object.keys(OPERATIONS), (name) => t(`service.${name}`))
  const operations = OPERATIONS[field('service').value]
  const names = Object.keys(operations)
  fill('operation', ['', ...names], (name) => (name === '' ? t('faults.any') : t(`operation.${name}`)))
  const kinds = operations[field('operation').value] ?? [...new Set(Object.values(operations).flat())]
  fill('kind', kinds, (name) => t(`kind.${name}`))
  for (const label of form.querySelectorAll('[data-for]'))
    label.hidden = label.dataset.for !== field('kind').value
}

function fill(name, values, text) {
  const select = field(name)
  const chosen = values.includes(select.value) ? select.value : values[0]
  select.replaceChildren(...values.map((value) => h('option', { value }, text(value))))
  select.value = chosen
}
