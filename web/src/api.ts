import { createClient, textOf, type RequestOptions, type TypedDocument } from '@paperql/client';
import { apiKey } from './api-key.js';

/**
 * Asks the server that the page came from.
 *
 * @throws PaperQLError when any field has an error, and when there is no answer; the signal's reason when it is aborted.
 */
export function request<Data, Variables extends object>(
  document: TypedDocument<Data, Variables>,
  variables: Variables,
  options: RequestOptions,
): Promise<Data> {
  const client = createClient({ url: '/graphql', apiKey: apiKey() });
  return client.request<Data, object>(textOf(document), variables, options);
}
