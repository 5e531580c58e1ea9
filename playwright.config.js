import { existsSync } from 'node:fs';

const browser = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
if (!existsSync(browser)) {
  throw new Error(
    `There is no browser at ${browser}. Install Chromium (on Debian: apt-get install chromium), or set CHROMIUM_PATH to one.`,
  );
}

const WIDE = { width: 1_440, height: 900 };
const NARROW = { width: 360, height: 740 };

/** The page in a browser, as tsc compiled the tests into build/. Each worker has a server and a browser of its own. */
export default {
  testDir: 'build/test/web',
  testMatch: '*.spec.js',
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'build/web-test-results.json' }]],
  outputDir: 'build/web-test-output',
  use: {
    // Chromium has no sandbox for root, as whom containers run.
    launchOptions: { executablePath: browser, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
    permissions: ['clipboard-read', 'clipboard-write'],
  },
  projects: [
    { name: 'wide, light', use: { viewport: WIDE, colorScheme: 'light' } },
    { name: 'narrow, dark', use: { viewport: NARROW, colorScheme: 'dark' } },
    { name: 'wide, dark', use: { viewport: WIDE, colorScheme: 'dark' }, testMatch: 'views.spec.js' },
    { name: 'narrow, light', use: { viewport: NARROW, colorScheme: 'light' }, testMatch: 'views.spec.js' },
    {
      name: 'after nginx',
      // The certificate is made for the test, and signed by nobody. Each task once: hands and screens differ nowhere here.
      use: { viewport: WIDE, colorScheme: 'light', isAfterNginx: true, ignoreHTTPSErrors: true },
      testMatch: 'tasks.spec.js',
      grepInvert: /, by keyboard$/,
    },
  ],
};
