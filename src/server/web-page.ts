import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptsPage, isBuilt, prefersPage, sendPage, serveAssets, toPolicy } from './built-page.js';
import { httpError } from '../errors/errors.js';

/** URLs of the page's views. Identifiers and names may contain slashes: `/paper/hep-th/9901001`. */
const VIEWS = ['/', '/paper/*', '/author/*', '/category/*', '/recommend', '/reading-list'];

const POLICY = toPolicy({
  scripts: ["'self'"],
  styles: ["'self'"],
  // Vite inlines small images into the style sheet.
  images: ["'self'", 'data:'],
  fonts: ["'self'"],
});

type AnswerRequest = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * Serves the search page at the URL of each view.
 *
 * @param answerNotFound for clients that cannot use a page.
 * @returns the handler for unknown URLs: browsers get the page, which reports the error.
 */
export async function registerWebPage(
  app: FastifyInstance,
  folder: string,
  answerNotFound: AnswerRequest,
): Promise<AnswerRequest> {
  const page = { folder, prefix: '/', policy: POLICY };
  if (!isBuilt(page)) {
    app.log.warn('There is no search page: run npm run build:web, or set WEB=off');
    return answerNotFound;
  }
  await serveAssets(app, page);
  for (const url of VIEWS) {
    app.get(url, (request, reply) => {
      if (acceptsPage(request)) return sendPage(reply, page);
      throw httpError(404, 'There is only a page at this address; the API is at /graphql');
    });
  }
  return (request, reply) =>
    prefersPage(request) ? sendPage(reply.code(404), page) : answerNotFound(request, reply);
}
