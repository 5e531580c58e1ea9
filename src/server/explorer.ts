import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { isBuilt, prefersPage, sendPage, serveAssets, toPolicy } from './built-page.js';

const POLICY = toPolicy({
  scripts: ["'self'"],
  // The editor creates style sheets at run time.
  styles: ["'self'", "'unsafe-inline'"],
  images: ["'self'", 'data:'],
  fonts: ["'self'"],
});

/** Serves the files of GraphiQL. Returns hooks for `/graphql` that answer browsers with GraphiQL. */
export async function registerGraphiql(
  app: FastifyInstance,
  folder: string,
): Promise<onRequestHookHandler[]> {
  const page = { folder, prefix: '/explorer/', policy: POLICY };
  if (!isBuilt(page)) {
    app.log.warn('There is no explorer: run npm run build:web, or set EXPLORER=off');
    return [];
  }
  await serveAssets(app, page);
  return [
    (request, reply, done) => {
      if (prefersPage(request)) sendPage(reply, page);
      else done();
    },
  ];
}
