import { createClient, textOf, type RequestOptions, type TypedDocument } from '@paperql/client';
import { apiKey } from './api-key.js';

/**
 * Sends a request to the server of this page.
 *
 * @throws PaperQLError if any field has an error or there is no answer; the signal's reason if it is aborted.
 */
export function request<Data, Variables extends object>(
  document: TypedDocument<Data, Variables>,
  variables: Variables,
  options: RequestOptions,
): Promise<Data> {
  const client = createClient({ url: '/graphql', apiKey: apiKey() });
  return client.request<Data, object>(textOf(document), variables, options);
}
