import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import type { Material } from './hostile-values.js';
import type { Send } from './send.js';

/** Collects material for operations from the server. */
export async function gather(send: Send): Promise<{ schema: GraphQLSchema; material: Material }> {
  const schema = buildClientSchema(await ask<IntrospectionQuery>(send, getIntrospectionQuery()));
  const { search, listing } = await ask<Record<'search' | 'listing', FoundPage>>(
    send,
    `{ search(query: "neural networks", first: 5) { ...Page } listing: search(first: 40) { ...Page } }
     fragment Page on SearchConnection { pageInfo { endCursor } nodes { paper { id } } }`,
  );
  const ids = listing.nodes.map(({ paper }) => paper.id);
  return {
    schema,
    material: {
      ids: [...ids, 'hep-th/9901001', '0000.00000', 'arXiv:1706.03762v5'],
      cursors: [search.pageInfo.endCursor, listing.pageInfo.endCursor, 'bm90IGEgY3Vyc29y'],
    },
  };
}

interface FoundPage {
  pageInfo: { endCursor: string };
  nodes: { paper: { id: string } }[];
}

async function ask<Data>(send: Send, query: string): Promise<Data> {
  const { body } = await send({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = JSON.parse(body.toString()) as { data: Data }; // the query determines the shape
  return data;
}
