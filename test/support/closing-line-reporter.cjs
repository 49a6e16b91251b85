/**
 * A jest reporter that ends a run with `N passed, N failed` alone on the last line of stdout.
 * Whoever loads this file gets that line when the process exits, even when jest never came to its
 * reporters; a run in which no test ran, or one was skipped, fails.
 */
const { writeSync } = require('node:fs');

let results = null;
let selective = false;

module.exports = class ClosingLineReporter {
  constructor(globalConfig) {
    // a person who asks for tests by name skips the others on purpose
    selective = globalConfig.testNamePattern !== undefined && globalConfig.testNamePattern !== '';
  }

  onRunComplete(_contexts, aggregated) {
    results = aggregated;
  }
};

process.once('exit', (code) => {
  const passed = results?.numPassedTests ?? 0;
  // a file that does not load has no failed test, and is a failure all the same
  const failed = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  const forbiddenSkips = skipped > 0 && !selective;
  // jest stops both streams of the process when it exits by itself: only the descriptors still work
  if (forbiddenSkips) writeSync(2, `${skipped} skipped: no test of this project may be\n`);
  if (code === 0 && (passed === 0 || failed > 0 || forbiddenSkips)) process.exitCode = 1;
  const skippedText = skipped > 0 ? `, ${skipped} skipped` : '';
  writeSync(1, `${passed} passed, ${failed} failed${skippedText}\n`);
});
