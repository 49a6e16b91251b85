/** Three projects: unit (pure), integration (real Postgres and queue), e2e (real SIP peers). */
const base = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // these ship as ES modules only
  transformIgnorePatterns: [
    'node_modules/(?!(sip\\.js|opus-decoder|@wasm-audio-decoders|simple-yenc|@eshaz)/)',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

// one PostgreSQL for the whole run, whichever of the two projects run
const withPostgres = {
  ...base,
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.cjs',
};

module.exports = {
  // two cores are what a small CI machine has; call tests mostly wait, so a second worker is free
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  // a limit for what hangs, not a measure: databases and processes start while other suites run;
  // jest takes it from here alone, in a project it says nothing
  testTimeout: 30_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    {
      ...withPostgres,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
    },
    { ...withPostgres, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
