import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const REPORTER = resolve('test/support/closing-line-reporter.cjs');

interface Results {
  numPassedTests?: number;
  numFailedTests?: number;
  numPendingTests?: number;
  numTodoTests?: number;
  numRuntimeErrorTestSuites?: number;
}

/** Runs a process that loads the reporter, tells it of `results` (null: never) and exits with `code`. */
function run(results: Results | null, options: { code?: number; testNamePattern?: string } = {}) {
  const { code = 0, testNamePattern = '' } = options;
  const script = `
    const Reporter = require(${JSON.stringify(REPORTER)});
    const reporter = new Reporter({ testNamePattern: ${JSON.stringify(testNamePattern)} });
    const results = ${JSON.stringify(results)};
    if (results !== null) reporter.onRunComplete(new Set(), results);
    console.log('before');
    process.exit(${code});`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return { status, closing: stdout.slice('before\n'.length) };
}

test.each([
  ['all pass', { numPassedTests: 3, numFailedTests: 0 }, 0, '3 passed, 0 failed\n'],
  ['no test ran', { numPassedTests: 0 }, 1, '0 passed, 0 failed\n'],
  ['jest never came to its reporters', null, 1, '0 passed, 0 failed\n'],
  [
    'a file does not load',
    { numPassedTests: 3, numRuntimeErrorTestSuites: 1 },
    1,
    '3 passed, 1 failed\n',
  ],
  [
    'a test is skipped',
    { numPassedTests: 3, numPendingTests: 1 },
    1,
    '3 passed, 0 failed, 1 skipped\n',
  ],
  [
    'a test is left to do',
    { numPassedTests: 3, numTodoTests: 1 },
    1,
    '3 passed, 0 failed, 1 skipped\n',
  ],
])('%s', (_name, results, status, closing) => {
  expect(run(results)).toEqual({ status, closing });
});

test('the exit code of jest stays', () => {
  expect(run({ numPassedTests: 3, numFailedTests: 1 }, { code: 2 }).status).toBe(2);
});

test('tests asked for by name may leave others out', () => {
  const results = { numPassedTests: 1, numPendingTests: 40 };
  expect(run(results, { testNamePattern: 'busy' }).status).toBe(0);
});
