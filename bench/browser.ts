import { existsSync } from 'node:fs';
import { chromium, type Browser } from '@playwright/test';

/** Debian's, or the one that CHROMIUM_PATH names. */
const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** @throws Error that says how to get a browser, when there is none. */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `There is no browser at ${EXECUTABLE}. Install Chromium (on Debian: apt-get install chromium), or set CHROMIUM_PATH.`,
    );
  }
  // Chromium has no sandbox for root, as whom containers run.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}
