import type { AuthorShare } from '../directory/author-facets.js';
import type { Suggested } from '../directory/suggest.js';
import type { CountedBucket } from '../search/facets.js';
import type { SearchGroup } from '../search/groups.js';
import type { SearchPage } from '../search/paging.js';
import type { FoundHit } from '../search/ranked-hit.js';
import type { AuthorEntry, DirectoryInfo } from '../store/directory.js';
import type { CollectionInfo, IndexingState, StoredPaper } from '../store/store.js';

/** The parent values of the resolvers for each GraphQL type; `codegen.ts` maps the types to these. */

export interface AuthorParent {
  /** The name as the paper spells it. */
  name: string;
}
export type AuthorCategoryParent = AuthorShare;
export type AuthorVariantParent = AuthorEntry;
/** A category code. */
export type CategoryParent = string;
export type CoauthorParent = AuthorShare;
export type CorpusParent = CollectionInfo;
export type DirectoryInfoParent = DirectoryInfo;
export type FacetBucketParent = CountedBucket;
export type IndexInfoParent = IndexingState;
export type NodeParent = AuthorParent | CategoryParent | PaperParent;
export type PaperParent = StoredPaper;
export type QueryInterpretationParent = SearchPage['interpretation'];
export type SearchConnectionParent = SearchPage;
export type SearchEdgeParent = SearchPage['edges'][number];
export type SearchGroupParent = SearchGroup;
export type SearchResultParent = FoundHit;
export type SuggestionParent = Suggested;
