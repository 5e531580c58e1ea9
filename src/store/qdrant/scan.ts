import type { Schemas } from '@qdrant/js-client-rest';

import { toStoredPaper } from './search.js';
import type { PayloadField } from '../../papers/payload.js';
import type { StoredPaper } from '../store.js';

const PAGE = 1_000;

/**
 * All papers, page by page; papers that are written meanwhile may be left out.
 *
 * @param scroll asks the server for a page.
 */
export async function* scanPapers(
  scroll: (body: Schemas['ScrollRequest']) => Promise<Schemas['ScrollResult']>,
  fields: readonly PayloadField[],
): AsyncGenerator<StoredPaper[]> {
  let offset: Schemas['ScrollResult']['next_page_offset'] = null;
  do {
    const page: Schemas['ScrollResult'] = await scroll({
      limit: PAGE,
      ...(offset !== null && { offset }),
      with_payload: { include: [...fields] },
      with_vector: false,
    });
    yield page.points.map(toStoredPaper);
    offset = page.next_page_offset ?? null;
  } while (offset !== null);
}
