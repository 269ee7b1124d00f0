/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['shared', 'monolith', 'services', 'loadtests', 'tests'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  // The tests start real processes beside them: more workers than cores would only make them wait for each other.
  maxWorkers: 2,
  testTimeout: 60_000,
  watchman: false,
}
