// `npm run test:firefox`: the tests in Firefox, alone.
process.env.FIREFOX = '1'
process.argv.push(
  'tests/e2e/phone-firefox.test.ts',
  'tests/e2e/phone-turn.test.ts',
  '-t',
  'Firefox',
  '--project=system',
)
await import('./test.ts')
