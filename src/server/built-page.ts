import accepts from '@fastify/accepts';
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { packagePath } from '../package-root.js';

/** A page that Vite built, as `npm run build:web` leaves it: `index.html`, and hashed files in `assets/`. */
export interface BuiltPage {
  /** Folder of `index.html`. */
  folder: string;
  /** Prefix of the URLs of its files: `/`, `/explorer/`. */
  prefix: string;
  /** Its Content-Security-Policy. */
  policy: string;
}

/** Names of files in `assets/` change with their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

/** Sources from which a page may load scripts, style sheets, images and fonts. */
export interface Sources {
  scripts: string[];
  styles: string[];
  images: string[];
  fonts: string[];
}

/**
 * A Content-Security-Policy that allows these sources and requests to the page's own origin, and nothing else.
 */
export function toPolicy({ scripts, styles, images, fonts }: Sources): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    `worker-src ${scripts.join(' ')}`,
    `style-src ${styles.join(' ')}`,
    `img-src ${images.join(' ')}`,
    `font-src ${fonts.join(' ')}`,
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Where the pages are, as `npm run build:web` leaves them. */
export const PAGE_FOLDERS = { web: packagePath('web', 'dist'), explorer: packagePath('explorer', 'dist') };

export type PageFolders = typeof PAGE_FOLDERS;

export function isBuilt({ folder }: Pick<BuiltPage, 'folder'>): boolean {
  return existsSync(path.join(folder, 'index.html'));
}

/** Prepares the server for pages; call it before any page is served. */
export async function preparePages(app: FastifyInstance): Promise<void> {
  await app.register(accepts);
  await app.register(fastifyStatic, { serve: false, preCompressed: true, cacheControl: false });
}

/** Serves the files of the page, each at its own URL. No other files in the folder can be reached. */
export async function serveAssets(
  app: FastifyInstance,
  { folder, prefix, policy }: BuiltPage,
): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onSend', async ({ url }, reply) => {
      if (reply.statusCode >= 400) return;
      // Workers follow the policy of their own script.
      setHeaders(reply, policy, url.startsWith(`${prefix}assets/`) ? FOR_EVER : ASK_EACH_TIME);
    });
    await scope.register(fastifyStatic, {
      root: folder,
      prefix,
      wildcard: false,
      index: false,
      globIgnore: ['index.html', '**/*.{br,gz}'],
      preCompressed: true,
      cacheControl: false,
      decorateReply: false,
    });
  });
}

/** Answers with the page, keeping the status of the reply. */
export function sendPage(reply: FastifyReply, { folder, policy }: BuiltPage): FastifyReply {
  setHeaders(reply, policy, ASK_EACH_TIME);
  return reply.sendFile('index.html', folder);
}

function setHeaders(reply: FastifyReply, policy: string, caching: string): void {
  const varies = [reply.getHeader('vary') ?? [], 'Accept', 'Accept-Encoding'].flat().join(', ');
  void reply.headers({
    'content-security-policy': policy,
    'cache-control': caching,
    vary: varies,
  });
}

/** Whether a browser sent the request to show the answer; a client that accepts anything gets data. */
export function prefersPage(request: FastifyRequest): boolean {
  return request.method === 'GET' && request.type(['application/json', 'text/html']) === 'text/html';
}

/** Whether the client can use a page. */
export function acceptsPage(request: FastifyRequest): boolean {
  return request.type(['text/html']) !== false;
}
