/**
 * The way in from a bare clone: `npm run demo`, `npm start` and `npm test` need Node and nothing
 * else. Plain JavaScript without a package, because it runs before there is one.
 *
 *     node src/main/bootstrap.mjs test [jest's options]      prepares, then runs every test
 *     node src/main/bootstrap.mjs prepare                    installs packages and builds
 *     node src/main/bootstrap.mjs COMMAND [options]          prepares, then runs `santun COMMAND`
 *
 * It tells what it does on stderr: stdout belongs to what it starts. What it starts runs in this
 * very process, so that signals, exit codes and the terminal reach it without a go-between.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['src', 'dialer', 'sip', 'workers', 'test/bench'];
const BUILD_SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const BUILT = 'dist/.built';

/** What the end-to-end tests speak to: program, Debian packages. */
const TEST_TOOLS = [
  ['sipp', 'sip-tester'],
  ['baresip', 'baresip-core'],
  ['redis-server', 'redis-server'],
  ['rtpengine', 'rtpengine-daemon'],
  ['chromium', 'chromium'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
  ['turnserver', 'coturn'],
  ['openssl', 'openssl'],
  ['kamailio', 'kamailio', 'kamailio-tls-modules'],
  ['pdftotext', 'poppler-utils'],
];

class BootstrapError extends Error {}

try {
  main(process.argv[2] ?? '--help', process.argv.slice(3));
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

function main(command, args) {
  rememberCaller();
  process.chdir(ROOT);
  // it prints the closing line when this process exits, whatever fails before the first test
  if (command === 'test')
    createRequire(import.meta.url)('../../test/support/closing-line-reporter.cjs');
  checkNode();
  installPackages();
  build();
  if (command === 'prepare') return;
  if (command === 'test') runTests(args);
  else runProgram(command, args);
}

/**
 * Leaves in the environment where the person stands, as npm does for the scripts of this package:
 * the files that they name are relative to it. An outer npm's own word is not about this package.
 */
function rememberCaller() {
  const script = join(ROOT, 'package.json');
  const byNpm = process.env.npm_package_json === script && process.cwd() === resolve(ROOT);
  if (!byNpm) process.env.INIT_CWD = process.cwd();
  process.env.npm_package_json = script;
}

function runTests(args) {
  installTestTools();
  // last: whatever stood behind an option that takes a list would belong to that list
  const reporters = ['default', '<rootDir>/test/support/closing-line-reporter.cjs'];
  become('node_modules/jest/bin/jest.js', [...args, ...reporters.map((r) => `--reporters=${r}`)]);
}

function runProgram(command, args) {
  // the demo never reads .env: its made-up people do not belong in the database that stands there
  if (command !== 'demo' && existsSync('.env')) process.loadEnvFile('.env');
  process.setSourceMapsEnabled(true);
  become('dist/src/main/cli.js', [command, ...args]);
}

/** Runs a CommonJS program as the main one of this process. */
function become(file, args) {
  process.argv = [process.execPath, join(ROOT, file), ...args];
  Module.runMain();
}

function checkNode() {
  const { engines } = readJson('package.json');
  const [major, minor] = engines.node.replace('>=', '').split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new BootstrapError(
    `this is Node ${process.versions.node}; Santun needs ${engines.node}. Install it from https://nodejs.org and try again.`,
  );
}

function installPackages() {
  if (packagesInstalled()) return;
  say('installing packages: npm ci');
  // development packages always: the compiler is one of them
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args]);
  else run('npm', args);
}

/** True when node_modules holds what package-lock.json asks for: npm keeps its own record there. */
function packagesInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const installed = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // packages for other platforms are optional, and not there
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

function build() {
  const builtAt = existsSync(BUILT) ? statSync(BUILT).mtimeMs : 0;
  const changed = [...SOURCES, ...BUILD_SETTINGS].some((path) => newestMs(path) > builtAt);
  if (!changed) return;
  say('compiling: tsc');
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  say('building the softphone: vite');
  const vite = ['build', '--logLevel', 'warn', '--config', 'src/web/softphone/vite.config.mts'];
  run(process.execPath, ['node_modules/vite/bin/vite.js', ...vite]);
  closeSync(openSync(BUILT, 'w'));
}

/** Newest change in a file or folder, ms since the epoch; a folder's own tells of removed files. */
function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function installTestTools() {
  const missing = TEST_TOOLS.filter(([program]) => !isOnPath(program));
  if (missing.length === 0) return;
  const programs = missing.map(([program]) => program).join(', ');
  const packages = missing.flatMap(([, ...names]) => names);
  const byHand = `the end-to-end tests need ${programs}: on Debian, apt-get install ${packages.join(' ')}`;
  const isRoot = process.getuid?.() === 0;
  if (!isOnPath('apt-get')) throw new BootstrapError(byHand);
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    throw new BootstrapError(`${byHand} (not done here: neither root nor sudo without a password)`);
  }
  say(`installing ${programs} for the end-to-end tests: apt-get install ${packages.join(' ')}`);
  const apt = ['apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=120'];
  const asRoot = [
    ...(isRoot ? [] : ['sudo', '-n']),
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    ...apt,
  ];
  const [program, ...args] = asRoot;
  run(program, [...args, 'update']);
  run(program, [...args, 'install', '--no-install-recommends', '-y', ...packages]);
}

function isOnPath(program) {
  // some are for the administrator, whose folder is not on everybody's path
  const dirs = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return dirs.some((dir) => existsSync(join(dir, program)));
}

/** Runs a step to its end, its output on stderr. */
function run(program, args) {
  const { status, error, signal } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  const why = error?.message ?? (signal === null ? `exit code ${status}` : signal);
  throw new BootstrapError(`failed (${why}): ${[program, ...args].join(' ')}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function say(text) {
  process.stderr.write(`santun: ${text}\n`);
}
