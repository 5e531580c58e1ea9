import { existsSync } from 'node:fs';

const browser = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
if (!existsSync(browser)) {
  throw new Error(
    `There is no browser at ${browser}. Install Chromium (on Debian: apt-get install chromium), or set CHROMIUM_PATH to one.`,
  );
}

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
    { name: 'wide, light', use: { viewport: { width: 1_440, height: 900 }, colorScheme: 'light' } },
    { name: 'narrow, dark', use: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } },
  ],
};
