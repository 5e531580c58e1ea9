/** Takes the README's screenshots of the page with the bundled sample: `npm run web:pictures`. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBrowser } from '../bench/browser.js';
import { startServer } from '../bench/server-process.js';
import { packagePath } from '../src/package-root.js';

const FOLDER = packagePath('docs', 'pictures');
const PICTURES = [
  { name: 'search', address: '/?q=language+models+since+2020', width: 1_280, height: 800, scheme: 'light' },
  { name: 'paper', address: '/paper/1706.03762', width: 400, height: 800, scheme: 'dark' },
] as const;

const dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-pictures-'));
const server = await startServer({ DATA_DIR: dataDir, EMBEDDER: 'local' });
const browser = await openBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  for (const { name, address, width, height, scheme } of PICTURES) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    await page.goto(new URL(address, server.graphqlUrl).href);
    await page.waitForLoadState('networkidle');
    const file = path.join(FOLDER, `${name}.png`);
    await page.screenshot({ path: file });
    console.log(file);
  }
} finally {
  await browser.close();
  await server.stop();
  await rm(dataDir, { recursive: true });
}
