/** Dependencies point one way; each rule says why. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: {
    path: '^(client|domain|workflows|activities|media-gateway|api|web|temporal|db|simulators|scripts|config|test)/',
    pathNot: allowed,
  },
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('domain-is-pure', '^domain/', '^domain/', 'types and rules without I/O'),
    only(
      'config-knows-one-type',
      '^config/',
      '^(config/|domain/(order-policy|call-back|outbound-policy|payment-fees|agent-dialling)\\.ts$)',
      'settings are read by all and read nobody; the policies are types and their defaults, written down once',
    ),
    only('db', '^db/', '^(db|domain|config)/', 'queries know rules, nothing else'),
    {
      name: 'workflows-are-deterministic',
      severity: 'error',
      comment:
        'workflow code imports rules, queue names and search attributes; of activities only types, which ' +
        'test/workflows/imports.test.ts proves (this checker does not see what is type-only in TypeScript 7)',
      from: { path: '^workflows/' },
      to: { path: '^(media-gateway|api|web|db|simulators|scripts|config)/' },
    },
    {
      name: 'workflows-no-temporal-internals',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^temporal/', pathNot: '^temporal/(task-queues|search-attributes)\\.ts$' },
    },
    {
      name: 'workflows-no-heavy-modules',
      severity: 'error',
      comment: 'a heavy module costs its memory in every cached workflow; node modules are not deterministic',
      from: { path: '^workflows/' },
      to: { path: 'node_modules|^node:', pathNot: '@temporalio' },
    },
    only(
      'activities',
      '^activities/',
      '^(activities|db|domain|config|temporal/(task-queues|connection|search-attributes|payload-codec)\\.ts$|workflows/[a-z-]*messages\\.ts$)',
      'activities are the outside world and the tables; they talk to workflows only through their messages',
    ),
    only(
      'gateway-knows-no-orders',
      '^media-gateway/(sip|rtp|legs)/',
      '^(media-gateway|domain/(ids|call|g711|leg-operations|media-socket|recording-file|packet-capture|talk-language|waiting-words)\\.ts$)',
      'it knows SIP, RTP and legs',
    ),
    only(
      'gateway-process',
      '^media-gateway/',
      '^(media-gateway|domain|config|temporal)/',
      'its process is also a Temporal worker',
    ),
    only(
      'api',
      '^api/',
      '^(api|db|domain|config|temporal/|workflows/[a-z-]*messages\\.ts$|activities/[a-z-]+\\.ts$)',
      'stateless: database, workflow messages',
    ),
    only('web-knows-api-types', '^web/', '^(web/|api/schemas/)', 'the browser gets no server code'),
    only('client-is-a-package', '^client/', '^client/', 'programs elsewhere use it without the rest'),
    only(
      'simulators-are-outside',
      '^simulators/',
      '^(simulators|domain|config|media-gateway/(sip|rtp)/)',
      'no back door into our side',
    ),
    { name: 'no-tests-in-code', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
