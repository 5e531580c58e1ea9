import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { readFieldCosts, type FieldCost, type FieldCosts, type ListSize } from './field-costs.js';
import { createIntrospectionPricer } from './introspection.js';
import {
  addTimes,
  countFilterConditions,
  countQueryCharacters,
  countInterpretedConditions,
  highlightsOf,
  NOTHING,
  ofValue,
  PUNCTUATION_BYTES,
  rankingsOf,
  rerankingsOf,
  type Amounts,
} from './prices.js';
import { BIBTEX_FIELDS } from '../papers/bibtex.js';
import type { PayloadField } from '../papers/payload.js';
import { HIGHLIGHTED_FIELDS } from '../search/highlight.js';

/** Facts about an operation before it runs. */
export interface OperationPlan {
  /** Levels of nested fields, including introspection. */
  depth: number;
  aliases: number;
  /** In units, in the worst case; see `docs/limits.md`. */
  cost: number;
  /** The part of the cost that does not depend on the number of results. */
  work: number;
  /** Worst-case size of the answer. */
  answerBytes: number;
  /** Payload fields that the papers below a field need, by the field's node; the id is always included. */
  payloadFields: ReadonlyMap<FieldNode, ReadonlySet<PayloadField>>;
  /** Fields below which there are further calls to the store or the embedder. */
  asksBelow: ReadonlySet<FieldNode>;
}

/** Used until the operation is known. */
export const NO_PLAN: OperationPlan = {
  depth: 0,
  aliases: 0,
  cost: 0,
  work: 0,
  answerBytes: 0,
  payloadFields: new Map(),
  asksBelow: new Set(),
};

/** The requests of an operation's fields, and their depth in the document. */
interface Selected {
  depth: number;
  aliases: number;
  once: Amounts;
  /** Amounts of the fields that are repeated for each entry of the parent's list. */
  each: Amounts;
  payload: ReadonlySet<PayloadField>;
  /** Whether it is the same for all values of the variables. */
  isFixed: boolean;
}

const EMPTY: Selected = {
  depth: 0,
  aliases: 0,
  once: NOTHING,
  each: NOTHING,
  payload: new Set(),
  isFixed: true,
};

/** Cost of one condition, as a share of the cost of a ranking. */
const CONDITION_SHARE = 0.2;
/** Maximum size of any list; a field rejects a size above its own maximum. */
const MAX_LIST_SIZE = 1_000;
/** Types whose objects hold papers found by another field. */
const HOLDERS: ReadonlySet<string> = new Set([
  'SearchConnection',
  'SearchEdge',
  'SearchGroup',
  'SearchResult',
]);

/** Payload fields that a field of the schema reads from its paper. Fields not listed here read only the id. */
const PAYLOAD_FIELDS: Readonly<Record<string, readonly PayloadField[]>> = {
  'Paper.title': ['title'],
  'Paper.abstract': ['abstract'],
  'Paper.authors': ['authors'],
  'Paper.authorCount': ['authors'],
  'Paper.categories': ['categories'],
  'Paper.primaryCategory': ['primary_category'],
  'Paper.submittedAt': ['submitted_at'],
  'Paper.updatedAt': ['updated_at'],
  'Paper.versions': ['versions'],
  'Paper.versionCount': ['version_count'],
  'Paper.submitter': ['submitter'],
  'Paper.comments': ['comments'],
  'Paper.journalRef': ['journal-ref'],
  'Paper.doi': ['doi'],
  'Paper.reportNumber': ['report-no'],
  'Paper.license': ['license'],
  'Paper.bibtex': BIBTEX_FIELDS,
  'SearchResult.highlights': HIGHLIGHTED_FIELDS,
};

/**
 * Measures and prices an operation in one walk over its document, with its variables. The document must be valid.
 *
 * Costs multiply along nested lists. Each fragment is walked once, and its price is used wherever it is spread, so
 * that the time depends only on the length of the text, even if fragments spread fragments.
 *
 * @param mostCost anything more expensive need not be priced exactly.
 */
export function planOperation(
  priced: PricedSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  mostCost: number,
): OperationPlan {
  return new OperationWalk(priced, document, variables, mostCost).plan(operation);
}

/** A schema, and facts about its operations that are known in advance. */
export interface PricedSchema {
  schema: GraphQLSchema;
  costs: FieldCosts;
  /**
   * Selections from earlier walks that are the same for all values of the variables: most documents are executed many
   * times.
   */
  fixed: WeakMap<SelectionSetNode, Selected>;
  /** Whether a reranking model reads the first page of a search. */
  isReranked: boolean;
}

export function priceSchema(schema: GraphQLSchema, { isReranked = false } = {}): PricedSchema {
  return { schema, costs: readFieldCosts(schema), fixed: new WeakMap(), isReranked };
}

/** Walks over one document once. */
class OperationWalk {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #walked = new Map<string, Selected>();
  readonly #payloadFields = new Map<FieldNode, ReadonlySet<PayloadField>>();
  readonly #asksBelow = new Set<FieldNode>();
  /** Created on first use, because few operations request introspection. */
  #priceIntrospection: ReturnType<typeof createIntrospectionPricer> | undefined;

  constructor(
    private readonly priced: PricedSchema,
    document: DocumentNode,
    private readonly variables: Record<string, unknown>,
    private readonly mostCost: number,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        this.#fragments.set(definition.name.value, definition);
      }
    }
  }

  plan(operation: OperationDefinitionNode): OperationPlan {
    const root = this.priced.schema.getRootType(operation.operation);
    const { depth, aliases, once } = root ? this.#ofSet(operation.selectionSet, root) : EMPTY;
    return {
      depth,
      aliases,
      cost: Math.ceil(once.values + once.work),
      work: once.work,
      answerBytes: once.bytes,
      payloadFields: this.#payloadFields,
      asksBelow: this.#asksBelow,
    };
  }

  #ofSet(set: SelectionSetNode | undefined, parent: TypeWithFields): Selected {
    if (!set) return EMPTY;
    const known = this.priced.fixed.get(set);
    if (known) return known;
    let sum = EMPTY;
    let isConditional = false;
    for (const selection of set.selections) {
      isConditional ||= (selection.directives ?? []).length > 0;
      if (!isLeftOut(selection, this.variables)) sum = join(sum, this.#ofSelection(selection, parent));
    }
    if (isConditional) return { ...sum, isFixed: false };
    if (sum.isFixed) this.priced.fixed.set(set, sum);
    return sum;
  }

  #ofSelection(selection: SelectionNode, parent: TypeWithFields): Selected {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#ofField(selection, parent);
      case Kind.INLINE_FRAGMENT:
        return this.#ofSet(selection.selectionSet, this.#typeOf(selection, parent));
      case Kind.FRAGMENT_SPREAD:
        return this.#ofFragment(selection.name.value, parent);
    }
  }

  #ofFragment(name: string, parent: TypeWithFields): Selected {
    const known = this.#walked.get(name);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    const walked = fragment ? this.#ofSet(fragment.selectionSet, this.#typeOf(fragment, parent)) : EMPTY;
    this.#walked.set(name, walked);
    return walked;
  }

  /**
   * The type to which a fragment applies. Fragments of several types, below `node`, are added up, because one of them
   * will apply.
   */
  #typeOf(
    { typeCondition }: Pick<InlineFragmentNode, 'typeCondition'>,
    parent: TypeWithFields,
  ): TypeWithFields {
    const type = typeCondition && this.priced.schema.getType(typeCondition.name.value);
    return type && hasFields(type) ? type : parent;
  }

  #ofField(node: FieldNode, parent: TypeWithFields): Selected {
    // In a valid document, a leaf has no selections.
    const field = definitionOf(node.name.value, parent);
    const key = (node.alias ?? node.name).value.length + PUNCTUATION_BYTES;
    const aliases = node.alias ? 1 : 0;
    if (!field) {
      return { ...EMPTY, depth: 1, aliases, once: ofValue(key + parent.name.length) };
    }
    const type = getNamedType(field.type);
    const inner = hasFields(type) ? this.#ofSet(node.selectionSet, type) : EMPTY;
    const place = { depth: inner.depth + 1, aliases: inner.aliases + aliases };
    // The price of an introspection field includes everything below it.
    if (parent.name.startsWith('__')) return { ...EMPTY, ...place, isFixed: false };
    if (field.name.startsWith('__'))
      return { ...EMPTY, ...place, once: this.#ofIntrospection(field, node), isFixed: false };
    const name = `${parent.name}.${field.name}`;
    const cost = this.priced.costs.get(name);
    if (!cost) throw new Error(`The schema gives no cost of ${name}`);
    const finds = hasFields(type) && cost.weight > 0 && !HOLDERS.has(parent.name);
    const args = argumentsOf(field, node, this.variables);
    const { isReranked } = this.priced;
    const price = priceOf({ name, cost, args, key, inner, finds, isReranked });
    if (finds) this.#payloadFields.set(node, inner.payload);
    if (finds && (asks(inner.once) || asks(inner.each))) this.#asksBelow.add(node);
    return {
      depth: place.depth,
      aliases: place.aliases,
      once: cost.isSizedByParent ? NOTHING : price,
      each: cost.isSizedByParent ? price : NOTHING,
      payload: finds ? EMPTY.payload : payloadFieldsOf(name, inner.payload),
      // A field that finds papers is also recorded by its own node.
      isFixed: inner.isFixed && !finds && (node.arguments ?? []).every(isLiteral),
    };
  }

  #ofIntrospection(field: GraphQLField<unknown, unknown>, node: FieldNode): Amounts {
    const walk = { fieldsOf: (set: SelectionSetNode) => this.#fieldsOf(set), variables: this.variables };
    this.#priceIntrospection ??= createIntrospectionPricer(this.priced.schema, walk, this.mostCost);
    return this.#priceIntrospection(field, node);
  }

  /** The fields of a selection set that are included, with fragments expanded, each only once. */
  *#fieldsOf(set: SelectionSetNode, opened = new Set<string>()): Generator<FieldNode> {
    for (const selection of set.selections) {
      if (isLeftOut(selection, this.variables)) continue;
      if (selection.kind === Kind.FIELD) yield selection;
      else if (selection.kind === Kind.INLINE_FRAGMENT) yield* this.#fieldsOf(selection.selectionSet, opened);
      else if (!opened.has(selection.name.value)) {
        opened.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment) yield* this.#fieldsOf(fragment.selectionSet, opened);
      }
    }
  }
}

function isLeftOut(
  selection: SelectionSetNode['selections'][number],
  variables: Record<string, unknown>,
): boolean {
  if (!selection.directives?.length) return false;
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] === false
  );
}

/** Whether the argument is the same whatever the variables are. Lists and objects may contain variables. */
function isLiteral({ value: { kind } }: ArgumentNode): boolean {
  return kind !== Kind.VARIABLE && kind !== Kind.LIST && kind !== Kind.OBJECT;
}

function definitionOf(name: string, parent: TypeWithFields): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return parent.getFields()[name];
}

function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  if (field.args.length === 0) return {};
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    // A null where null is not allowed: the field fails before it costs anything.
    return {};
  }
}

type TypeWithFields = GraphQLObjectType | GraphQLInterfaceType;

function hasFields(type: GraphQLNamedType): type is TypeWithFields {
  return isObjectType(type) || isInterfaceType(type);
}

interface PricedField {
  /** `Type.field` */
  name: string;
  cost: FieldCost;
  args: Record<string, unknown>;
  /** Bytes of the field's key in the answer. */
  key: number;
  inner: Selected;
  /** Whether it requests papers or counts from the store itself. */
  finds: boolean;
  isReranked: boolean;
}

function priceOf({ name, cost, args, key, inner, finds, isReranked }: PricedField): Amounts {
  const entry = addTimes(inner.once, inner.each, sizeOf(cost.innerLists, args));
  const all = cost.list
    ? addTimes(ofValue(key), addTimes(ofValue(cost.bytes), entry), sizeOf(cost.list, args))
    : addTimes(ofValue(key + cost.bytes), entry);
  let own = cost.weight * (rankingsOf(name, args) + (isReranked ? rerankingsOf(name, args) : 0));
  for (const [argument, weight] of cost.argumentWeights) if (args[argument] !== undefined) own += weight;
  if (finds) return settle(all, own, args);
  if (name === 'SearchResult.highlights') {
    return { ...NOTHING, markValues: all.values, markBytes: all.bytes, markWork: own };
  }
  // A connection counts with the filter of the field that returned it.
  if (name.startsWith('SearchConnection.')) return { ...all, filtered: all.filtered + own };
  return { ...all, work: all.work + own };
}

/** The work of a field that requests papers or counts, including the conditions of its filter. */
function settle(all: Amounts, own: number, args: Record<string, unknown>): Amounts {
  const conditions =
    countFilterConditions(args['filter']) +
    countInterpretedConditions(args['query'], args['interpret'] !== false);
  const found = highlightsOf(args);
  const shown = found === 'none' ? 0 : 1;
  return {
    ...NOTHING,
    values: all.values + shown * all.markValues,
    bytes: all.bytes + shown * all.markBytes,
    work:
      all.work +
      (own + all.filtered) * (1 + conditions * CONDITION_SHARE) +
      countQueryCharacters(args['query']) +
      (found === 'meaning' ? all.markWork : 0),
  };
}

function asks({ work, filtered, markWork }: Amounts): boolean {
  return work > 0 || filtered > 0 || markWork > 0;
}

function sizeOf(list: ListSize | undefined, args: Record<string, unknown>): number {
  if (!list) return 1;
  const sizes = list.argumentNames.flatMap((name) => toSize(args[name]) ?? []);
  return sizes.length === 0 ? list.assumed : sizes.reduce((product, size) => product * size, 1);
}

function toSize(value: unknown): number | undefined {
  if (Array.isArray(value)) return Math.min(value.length, MAX_LIST_SIZE);
  return typeof value === 'number' ? Math.min(Math.max(0, value), MAX_LIST_SIZE) : undefined;
}

function join(one: Selected, other: Selected): Selected {
  return {
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    once: addTimes(one.once, other.once),
    each: addTimes(one.each, other.each),
    isFixed: one.isFixed && other.isFixed,
    payload: one.payload.size === 0 ? other.payload : new Set([...one.payload, ...other.payload]),
  };
}

/** Payload fields that the papers below a resolved field need. The store sends only these. */
export function selectedPayloadFields(
  { payloadFields }: OperationPlan,
  nodes: readonly FieldNode[],
): PayloadField[] {
  return [...new Set<PayloadField>(['id', ...nodes.flatMap((node) => [...(payloadFields.get(node) ?? [])])])];
}

/** Payload fields that a field reads, including those of its selections. */
function payloadFieldsOf(name: string, inner: ReadonlySet<PayloadField>): ReadonlySet<PayloadField> {
  const own = PAYLOAD_FIELDS[name];
  return own ? new Set([...inner, ...own]) : inner;
}
