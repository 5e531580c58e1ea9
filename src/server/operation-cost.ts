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
import { comparesMeaning, EMBEDDINGS, isGivenOnce, LIST_SIZES, SEARCHES } from './field-costs.js';

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

/** What a selection costs: in a list, once for the list and again for each entry. */
interface SelectionCost {
  once: OperationCost;
  each: OperationCost;
}

const NOTHING: SelectionCost = { once: FREE, each: FREE };

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
  const known = new Map<string, SelectionCost>();

  const ofSet = (set: SelectionSetNode | undefined, parent: GraphQLNamedType): SelectionCost =>
    (set?.selections ?? []).map((selection) => ofSelection(selection, parent)).reduce(join, NOTHING);

  const ofSelection = (selection: SelectionNode, parent: GraphQLNamedType): SelectionCost => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet, parent);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, parent);
    const field = isObjectType(parent) ? parent.getFields()[selection.name.value] : undefined;
    if (!field) return NOTHING;
    const name = `${parent.name}.${field.name}`;
    const inner = ofSet(selection.selectionSet, getNamedType(field.type));
    const cost = costOfField(name, getArgumentValues(field, selection, variables), inner);
    return isGivenOnce(name) ? { once: cost, each: FREE } : { once: FREE, each: cost };
  };

  const ofFragment = (name: string, parent: GraphQLNamedType): SelectionCost => {
    const cost = known.get(name) ?? ofSet(fragments.get(name)?.selectionSet, parent);
    known.set(name, cost);
    return cost;
  };

  const root = schema.getRootType(operation.operation);
  return root ? ofSet(operation.selectionSet, root).each : FREE;
}

function costOfField(name: string, args: Record<string, unknown>, inner: SelectionCost): OperationCost {
  const listed = LIST_SIZES[name]?.(args);
  const own: OperationCost = {
    searches: SEARCHES[name]?.(args) ?? 0,
    embeddings: EMBEDDINGS[name]?.(args) ?? 0,
    listItems: listed ?? 0,
    filterCharacters: args['filter'] ? JSON.stringify(args['filter']).length : 0,
  };
  // The results of a search that goes by words alone, or by nothing, have no closest sentence.
  const embedsNothing = name === 'Query.search' && !comparesMeaning(args);
  const each = embedsNothing ? { ...inner.each, embeddings: 0 } : inner.each;
  return add(add(own, inner.once), scale(each, listed ?? 1));
}

function join(a: SelectionCost, b: SelectionCost): SelectionCost {
  return { once: add(a.once, b.once), each: add(a.each, b.each) };
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
