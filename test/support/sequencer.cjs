const TestSequencer = require('@jest/test-sequencer').default;

/** What mostly waits for real peers goes first, what is over in a moment last: no worker is left idle at the end. */
const ORDER = ['e2e', 'integration', 'unit'];
const placeOf = (test) => ORDER.indexOf(test.context.config.displayName?.name);

module.exports = class extends TestSequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
};
