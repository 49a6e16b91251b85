import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The bootstrap in a small project of its own: npm, the compiler and the program are scripts that
 * leave a trace, so that the test sees what was run, and in which order.
 */
let root: string;

const TRACE = `console.log(process.env.TRACE_NAME ?? require('node:path').basename(__filename), ...process.argv.slice(2));`;
const LOCK = {
  packages: {
    '': { name: 'small' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
};

function put(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function bootstrap(args: string[], env: Record<string, string> = {}, cwd = process.cwd()) {
  return spawnSync(process.execPath, [join(root, 'src/main/bootstrap.mjs'), ...args], {
    encoding: 'utf8',
    cwd,
    env: { PATH: process.env.PATH, npm_execpath: join(root, 'npm.js'), ...env },
  });
}

beforeEach(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'santun-bootstrap-'));
  mkdirSync(join(root, 'src/main'), { recursive: true });
  cpSync('src/main/bootstrap.mjs', join(root, 'src/main/bootstrap.mjs'));
  put('package.json', JSON.stringify({ engines: { node: '>=20.19' } }));
  put('package-lock.json', JSON.stringify(LOCK));
  put(
    'npm.js',
    `${TRACE}
     const { mkdirSync, writeFileSync } = require('node:fs');
     const { 'node_modules/a': a } = require('./package-lock.json').packages;
     for (const name of ['typescript', 'vite']) mkdirSync(\`node_modules/\${name}/bin\`, { recursive: true });
     writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': a } }));
     writeFileSync('node_modules/typescript/bin/tsc', ${JSON.stringify(`${TRACE} require('node:fs').mkdirSync('dist', { recursive: true });`)});
     writeFileSync('node_modules/vite/bin/vite.js', ${JSON.stringify(TRACE)});`,
  );
  put(
    'dist/src/main/cli.js',
    `console.log(JSON.stringify({ args: process.argv.slice(2), main: require.main === module, key: process.env.FROM_FILE }));
     process.exitCode = 7;`,
  );
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('a bare clone: installs, compiles, then becomes the program', () => {
  const first = bootstrap(['demo', '--exit', '--json']);
  expect(first.stderr.split('\n')).toEqual([
    'santun: installing packages: npm ci',
    'npm.js ci --include=dev --no-audit --no-fund',
    'santun: compiling: tsc',
    'tsc -p tsconfig.build.json',
    'santun: building the softphone: vite',
    'vite.js build --logLevel warn --config src/web/softphone/vite.config.mts',
    '',
  ]);
  expect(JSON.parse(first.stdout)).toEqual({ args: ['demo', '--exit', '--json'], main: true });
  expect(first.status).toBe(7);
});

describe('the second time', () => {
  beforeEach(() => {
    expect(bootstrap(['prepare']).status).toBe(0);
  });

  test('nothing is done twice', () => {
    expect(bootstrap(['demo']).stderr).toBe('');
  });

  test('another version in package-lock.json is installed', () => {
    const packages = { ...LOCK.packages, 'node_modules/a': { version: '1.0.1' } };
    put('package-lock.json', JSON.stringify({ packages }));
    expect(bootstrap(['demo']).stderr).toContain('npm.js ci');
  });

  test('a changed source is compiled', () => {
    put('sip/calls/place-call.ts', '');
    const later = new Date(Date.now() + 2_000);
    utimesSync(join(root, 'sip/calls/place-call.ts'), later, later);
    const { stderr } = bootstrap(['demo']);
    expect(stderr).toContain('tsc -p tsconfig.build.json');
    expect(stderr).not.toContain('npm.js ci');
  });

  test('.env is read for the program, and never for the demo', () => {
    put('.env', 'FROM_FILE=yes');
    expect(bootstrap(['start']).stdout).toContain('"key":"yes"');
    expect(bootstrap(['demo']).stdout).not.toContain('key');
  });

  test('the environment wins over .env', () => {
    put('.env', 'FROM_FILE=yes');
    expect(bootstrap(['start'], { FROM_FILE: 'no' }).stdout).toContain('"key":"no"');
  });
});

test('a step that fails ends it, with its name and code', () => {
  put('npm.js', 'process.exit(3)');
  const { status, stderr } = bootstrap(['demo']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^santun: failed \(exit code 3\): .*npm\.js ci/m);
});

test('the program learns where the person stands, from npm or from the working directory', () => {
  put('dist/src/main/cli.js', 'console.log(process.env.INIT_CWD);');
  expect(bootstrap(['prepare']).status).toBe(0);
  const elsewhere = join(root, 'src');
  const ours = { npm_package_json: join(root, 'package.json'), INIT_CWD: elsewhere };
  const outer = { npm_package_json: '/outer/package.json', INIT_CWD: '/outer' };
  expect(bootstrap(['x'], {}, elsewhere).stdout).toBe(`${elsewhere}\n`);
  expect(bootstrap(['x'], ours, root).stdout).toBe(`${elsewhere}\n`);
  expect(bootstrap(['x'], outer, root).stdout).toBe(`${root}\n`);
});

test('an older Node is told what is needed', () => {
  put('package.json', JSON.stringify({ engines: { node: '>=99.1' } }));
  const { status, stderr } = bootstrap(['demo']);
  expect(status).toBe(1);
  expect(stderr).toContain(`this is Node ${process.versions.node}; Santun needs >=99.1`);
});
