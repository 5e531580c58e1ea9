import {
  Kind,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { CATEGORIES } from '../papers/taxonomy.js';
import { MAX_EMBEDDED_SENTENCES } from '../search/highlight/highlight.js';

/** What an operation asks for in the worst case. */
export interface OperationCost {
  /** Ranked lists, look-ups and counts that the store is asked for. */
  searches: number;
  /** Texts to embed: queries, and sentences for highlights. */
  embeddings: number;
  /** Entries of all lists. */
  listItems: number;
  /** Length of all filters as JSON, each as often as it is applied. */
  filterCharacters: number;
}

const FREE: OperationCost = { searches: 0, embeddings: 0, listItems: 0, filterCharacters: 0 };

/** Entries of a list field with these arguments; fields that are not named list nothing. */
const LIST_SIZES: Record<string, (args: Record<string, unknown>) => number> = {
  'Query.search': (args) => toSize(args['first'] ?? args['last'], 10),
  'Query.papers': (args) => (Array.isArray(args['ids']) ? args['ids'].length : 0),
  'Paper.similar': (args) => toSize(args['first'], 5),
  'Paper.authors': (args) => toSize(args['first'], 50),
  // As many as a paper has, at the most that have been seen.
  'Paper.categories': () => 10,
  'Query.categories': () => CATEGORIES.length,
  'Category.papers': (args) => toSize(args['first'] ?? args['last'], 10),
  'Author.papers': (args) => toSize(args['first'] ?? args['last'], 10),
  'Author.variants': (args) => toSize(args['first'], 20),
  'Query.suggest': (args) =>
    toSize(args['first'], 5) * (Array.isArray(args['kinds']) ? args['kinds'].length : 0),
};
/** Fields that ask one thing of the store. */
const ASKED_OF_STORE = new Set([
  'Author.papers',
  'Author.variants',
  'Author.firstYear',
  'Author.lastYear',
  'Query.author',
  'Paper.similar',
  'Category.papers',
]);
/** Texts that a field embeds. */
const EMBEDDINGS: Record<string, (args: Record<string, unknown>) => number> = {
  'Query.search': (args) => (comparesMeaning(args) ? 1 : 0),
  'SearchResult.highlights': () => MAX_EMBEDDED_SENTENCES,
};

/**
 * The cost of an operation, with its variables. The document must be valid.
 *
 * Sizes multiply along nested lists. A fragment's cost is computed once and scaled, so that fragments spreading
 * fragments cost no more time than their text.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): OperationCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, OperationCost>();

  const ofSet = (set: SelectionSetNode | undefined, parent: GraphQLNamedType): OperationCost =>
    (set?.selections ?? []).map((selection) => ofSelection(selection, parent)).reduce(add, FREE);

  const ofSelection = (selection: SelectionNode, parent: GraphQLNamedType): OperationCost => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet, parent);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, parent);
    const field = isObjectType(parent) ? parent.getFields()[selection.name.value] : undefined;
    if (!field) return FREE;
    const inner = ofSet(selection.selectionSet, getNamedType(field.type));
    return costOfField(`${parent.name}.${field.name}`, getArgumentValues(field, selection, variables), inner);
  };

  const ofFragment = (name: string, parent: GraphQLNamedType): OperationCost => {
    const cost = known.get(name) ?? ofSet(fragments.get(name)?.selectionSet, parent);
    known.set(name, cost);
    return cost;
  };

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root) : FREE;
}

/** @param inner what the field's selection costs for one entry */
function costOfField(name: string, args: Record<string, unknown>, inner: OperationCost): OperationCost {
  const listed = LIST_SIZES[name]?.(args);
  const own: OperationCost = {
    searches: name === 'Query.search' ? countRankings(args) : ASKED_OF_STORE.has(name) ? 1 : 0,
    embeddings: EMBEDDINGS[name]?.(args) ?? 0,
    listItems: listed ?? 0,
    filterCharacters: args['filter'] ? JSON.stringify(args['filter']).length : 0,
  };
  // The results of a search that goes by words alone, or by nothing, have no closest sentence.
  const embedsNothing = name === 'Query.search' && !comparesMeaning(args);
  return add(own, scale(embedsNothing ? { ...inner, embeddings: 0 } : inner, listed ?? 1));
}

/** Two for HYBRID, and each again with a deep window for later pages and other orders; one more reads vectors. */
function countRankings(args: Record<string, unknown>): number {
  if (!hasQuery(args)) return 1;
  const rankings = args['mode'] === 'SEMANTIC' || args['mode'] === 'KEYWORD' ? 1 : 2;
  const windows = args['after'] || args['before'] || args['orderBy'] ? 2 : 1;
  return rankings * windows + (isRecord(args['ranking']) && args['ranking']['diversity'] ? 1 : 0);
}

function comparesMeaning(args: Record<string, unknown>): boolean {
  return hasQuery(args) && args['mode'] !== 'KEYWORD';
}

function hasQuery({ query }: Record<string, unknown>): boolean {
  return typeof query === 'string' && query.trim() !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Sizes out of range are refused by the field itself; here they must not be negative. */
function toSize(value: unknown, byDefault: number): number {
  return typeof value === 'number' ? Math.max(0, value) : byDefault;
}

function add(a: OperationCost, b: OperationCost): OperationCost {
  return {
    searches: a.searches + b.searches,
    embeddings: a.embeddings + b.embeddings,
    listItems: a.listItems + b.listItems,
    filterCharacters: a.filterCharacters + b.filterCharacters,
  };
}

function scale(cost: OperationCost, by: number): OperationCost {
  return {
    searches: cost.searches * by,
    embeddings: cost.embeddings * by,
    listItems: cost.listItems * by,
    filterCharacters: cost.filterCharacters * by,
  };
}
