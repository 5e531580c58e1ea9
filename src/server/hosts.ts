import type { IncomingMessage } from 'node:http';
import type { onRequestHookHandler } from 'fastify';
import { httpError } from './http-errors.js';

const HOST = /^(?<name>[a-z0-9_](?:[a-z0-9._-]{0,253})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Orchestrators ask these of an address, and there is nothing to be learnt from the answers. */
const OPEN_TO_ALL_NAMES: readonly string[] = ['/healthz', '/readyz'];

/**
 * Refuses requests to hosts that are none, and to names that are not `allowed`: a page whose own name was made to point
 * here (DNS rebinding) could otherwise read every answer, as its browser takes it for the same origin.
 */
export function createHostHook(allowed: readonly string[] | undefined): onRequestHookHandler {
  return (request, _reply, done) => {
    const name = hostName(request.raw);
    if (name === undefined) {
      done(
        httpError(400, 'The request has no usable Host header; expected one such as papers.example.org:4000'),
      );
    } else if (
      allowed &&
      !allowed.includes(name) &&
      !OPEN_TO_ALL_NAMES.includes(request.routeOptions.url ?? '')
    ) {
      done(
        httpError(
          403,
          `Host "${name}" is not served here; the operator names those that are in ALLOWED_HOSTS`,
        ),
      );
    } else {
      done();
    }
  };
}

/** The name that the request is addressed to, in small letters and without port; undefined when there is not exactly one. */
function hostName({ headersDistinct }: IncomingMessage): string | undefined {
  const [host = '', ...others] = headersDistinct['host'] ?? [];
  const name = HOST.exec(host)?.groups?.['name'];
  if (!name || others.length > 0 || !URL.canParse(`http://${host}/`)) return undefined;
  return name.toLowerCase().replace(/\.$/, '');
}
