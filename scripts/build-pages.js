/**
 * Builds the pages whose sources have changed since the last build, and prints which. `npm start` may run it before anything is
 * compiled, so it is plain JavaScript.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { glob } from 'tinyglobby';

/** The folder of each page, and other sources of its bundle. */
const PAGES = [
  { folder: 'web', sources: ['client/**'] },
  { folder: 'explorer', sources: ['src/server/example-operations.ts'] },
];
/** Package versions, and this script itself. */
const SHARED_SOURCES = ['package-lock.json', 'scripts/build-pages.js'];
const ROOT = path.join(import.meta.dirname, '..');
/** A file in a page's `dist/` with the hash of the sources that it was built from. */
const MARK = '.built-from';
const LEAST_COMPRESSED_BYTES = 1_000;
const INCOMPRESSIBLE = /\.(png|jpe?g|webp|avif|woff2?|br|gz)$/;

for (const page of PAGES) {
  if (!existsSync(path.join(ROOT, page.folder, 'index.html'))) continue;
  const hash = await hashSources(page);
  const mark = path.join(ROOT, page.folder, 'dist', MARK);
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === hash) continue;
  console.log(`Building ${page.folder}/ …`);
  await build(path.join(ROOT, page.folder));
  await writeFile(mark, hash);
}

/**
 * A hash of names and contents. Dates are unreliable: checkouts and copies can change a date but not the content, or the content
 * but not the date.
 */
async function hashSources({ folder, sources }) {
  const patterns = [`${folder}/**`, ...sources, ...SHARED_SOURCES];
  const files = await glob(patterns, { cwd: ROOT, dot: true, ignore: ['**/node_modules', '**/dist'] });
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash.update(`${file}\0`).update(await readFile(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

async function build(root) {
  const vite = await import('vite');
  await vite.build({ root, logLevel: 'warn', build: { emptyOutDir: true } });
  await compress(path.join(root, 'dist'));
}

/** Writes a compressed copy next to each file, so that no request has to compress it. */
async function compress(dist) {
  const files = await glob('**', { cwd: dist, absolute: true });
  await Promise.all(
    files
      .filter((file) => !INCOMPRESSIBLE.test(file))
      .map(async (file) => {
        const content = await readFile(file);
        if (content.length < LEAST_COMPRESSED_BYTES) return;
        await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
        await writeFile(`${file}.br`, await promisify(brotliCompress)(content, toBrotliOptions(content)));
      }),
  );
}

function toBrotliOptions({ length }) {
  return {
    params: {
      // The highest quality takes 10 s for GraphiQL's editor and saves only a twentieth.
      [constants.BROTLI_PARAM_QUALITY]: length > 1_000_000 ? 9 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
    },
  };
}
