import { defineConfig } from 'vitest/config'

/** As long as `until` waits (tests/until.ts): vitest's own second is less than a busy machine may stand still. */
const POLL = { poll: { timeout: 10_000 } }

/**
 * Four projects. `torture`, run by `npm run test:torture` alone: hostile bytes from the network, no database. `faults`, run by `npm run test:faults` alone: kill -9 and random operations, for minutes. `unit`: beside the code, no database, no network. `system`: needs the test PostgreSQL that
 * tests/database.ts starts once for the run; each file gets its own clone of the migrated template.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: [
            'packages/{core,api,sip,media,channels}/src/**/*.test.ts',
            'apps/*/src/**/*.unit.test.ts',
            'scripts/**/*.test.ts',
          ],
          testTimeout: 20_000,
          expect: POLL,
          // Pure code keeps no state between files; starting each anew would cost more than the tests.
          isolate: false,
        },
      },
      {
        test: {
          name: 'system',
          sequence: { groupOrder: 1 },
          include: [
            'packages/store/**/*.test.ts',
            'packages/{sip,media}/test/**/*.test.ts',
            'apps/server/**/*.test.ts',
            'apps/voice/**/*.test.ts',
            'tests/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/*.unit.test.ts', 'tests/faults/**', 'tests/torture/**'],
          globalSetup: ['tests/database.ts'],
          testTimeout: 30_000,
          expect: POLL,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'torture',
          sequence: { groupOrder: 2 },
          include: ['tests/torture/**/*.test.ts'],
          testTimeout: 120_000,
          expect: POLL,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          sequence: { groupOrder: 3 },
          include: ['tests/faults/**/*.test.ts'],
          globalSetup: ['tests/database.ts'],
          hookTimeout: 180_000,
          expect: POLL,
          fileParallelism: false,
        },
      },
    ],
  },
})
