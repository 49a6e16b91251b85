/**
 * The import table of ARCHITECTURE.md, held by machine. Each room may import only what is listed;
 * cycles are errors everywhere.
 */
const room = (name, path, may, extraNot = []) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: `${path} may import only: ${may.join(', ') || 'nothing'}`,
  from: { path: `^${path}/` },
  to: {
    path: '^(src|dialer|sip|workers|test)/',
    pathNot: [`^${path}/`, ...may.map((m) => `^${m}`), ...extraNot],
  },
});

const PURE_PACKAGES = 'luxon|zod|libphonenumber-js|yaml|ipaddr\\.js';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: { path: '^(src|dialer|sip|workers)/' },
      to: { path: '^test/' },
    },
    {
      name: 'pure-core-has-no-io',
      severity: 'error',
      comment: `src/domain and the pure rooms of dialer import no Node core module and no package but ${PURE_PACKAGES}`,
      from: {
        path: '^(src/domain|src/config|dialer/(compliance|best-time|pacing|select|experiment))/',
      },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: `node_modules/(@types/)?(${PURE_PACKAGES})/`,
      },
    },
    {
      name: 'drachtio-srf-only-in-gateway',
      severity: 'error',
      comment: 'one typed wrapper owns drachtio-srf',
      from: { path: '^(src|dialer|sip|workers)/', pathNot: '^sip/gateway/' },
      to: { path: 'node_modules/drachtio-srf/' },
    },
    {
      name: 'bullmq-only-in-queue',
      severity: 'error',
      from: { path: '^(src|dialer|sip|workers)/', pathNot: '^src/queue/' },
      to: { path: 'node_modules/(bullmq|ioredis)/' },
    },
    room('domain', 'src/domain', []),
    room('config', 'src/config', []),
    room('compliance', 'dialer/compliance', ['src/domain/']),
    room('best-time', 'dialer/best-time', ['src/domain/']),
    room('pacing', 'dialer/pacing', ['src/domain/']),
    room('select', 'dialer/select', ['src/domain/']),
    room('experiment', 'dialer/experiment', ['src/domain/']),
    room('dialer', 'dialer', ['src/domain/', 'src/db/', 'src/queue/', 'src/events/', 'src/proof/']),
    room('sip', 'sip', [
      'src/domain/',
      'src/db/',
      'src/queue/',
      'src/events/',
      'dialer/(gate|transfer-gate)\\.ts$',
    ]),
    room('workers', 'workers', [
      'src/domain/',
      'src/db/',
      'src/queue/',
      'src/events/',
      'src/proof/',
      'src/recording/',
      'src/outbound/',
      'dialer/',
    ]),
    room('db', 'src/db', ['src/domain/']),
    room('queue', 'src/queue', ['src/domain/']),
    room('events', 'src/events', ['src/domain/', 'src/db/']),
    room('recording', 'src/recording', ['src/domain/', 'src/db/']),
    room('outbound', 'src/outbound', ['src/domain/']),
    room('proof', 'src/proof', ['src/domain/', 'src/db/']),
    room('web', 'src/web', ['src/domain/']),
    {
      name: 'web-is-for-browsers',
      severity: 'error',
      comment: 'what runs in a browser imports nothing of Node, and nobody else imports it',
      from: { path: '^src/web/', pathNot: 'vite\\.config\\.mts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nobody-imports-web',
      severity: 'error',
      from: { path: '^(src|dialer|sip|workers)/', pathNot: '^src/web/' },
      to: { path: '^src/web/' },
    },
    {
      name: 'http-imports',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^(sip|src/main|test)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'require', 'import', 'default'],
    },
  },
};
