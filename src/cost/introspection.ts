import {
  getArgumentValues,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { addTimes, NOTHING, ofValue, PUNCTUATION_BYTES, type Amounts } from './prices.js';

/** What the walk over the document knows. */
interface Selections {
  /** The fields of a set that are not left out, fragments opened. */
  fieldsOf: (set: SelectionSetNode) => Iterable<FieldNode>;
  variables: Record<string, unknown>;
}

/**
 * The exact cost of a `__schema` or `__type` field: what it selects is priced on the schema itself. Each set of fields is
 * priced once for each part of the schema, so that aliases and fragments cost no more time than their text.
 *
 * @param mostUnits where pricing ends: what is more has this price, too.
 */
export function createIntrospectionPricer(
  schema: GraphQLSchema,
  { fieldsOf, variables }: Selections,
  mostUnits: number,
) {
  const known = new Map<SelectionSetNode, Map<unknown, Amounts>>();
  let steps = 0;
  // The resolvers of introspection read nothing else.
  const info = { schema } as GraphQLResolveInfo;

  function ofValueOf(
    type: GraphQLOutputType,
    value: unknown,
    set: SelectionSetNode | undefined,
    key: number,
  ): Amounts {
    if (isNonNullType(type)) return ofValueOf(type.ofType, value, set, key);
    if (value === null || value === undefined) return ofValue(key);
    if (isListType(type)) {
      return [...(value as Iterable<unknown>)].reduce<Amounts>(
        (sum, each) => addTimes(sum, ofValueOf(type.ofType, each, set, 0)),
        ofValue(key),
      );
    }
    if (isLeafType(type)) return ofValue(key + JSON.stringify(value).length);
    return set
      ? addTimes(ofValue(key), ofObject(getNamedType(type) as GraphQLObjectType, value, set))
      : NOTHING;
  }

  function ofObject(type: GraphQLObjectType, source: unknown, set: SelectionSetNode): Amounts {
    const ofSet = known.get(set) ?? new Map<unknown, Amounts>();
    known.set(set, ofSet);
    const priced = ofSet.get(source);
    if (priced) return priced;
    let sum: Amounts = NOTHING;
    for (const node of fieldsOf(set)) {
      const key = (node.alias ?? node.name).value.length + PUNCTUATION_BYTES;
      const definition = type.getFields()[node.name.value];
      // Without a definition it is __typename.
      sum = addTimes(
        sum,
        definition ? ofField(definition, source, node, key) : ofValue(key + type.name.length),
      );
    }
    ofSet.set(source, sum);
    return sum;
  }

  function ofField(
    definition: GraphQLField<unknown, unknown>,
    source: unknown,
    node: FieldNode,
    key: number,
  ): Amounts {
    // Each step is the price of a unit or more.
    if (++steps > mostUnits) return { ...NOTHING, values: mostUnits + 1 };
    const args = definition.args.length > 0 ? getArgumentValues(definition, node, variables) : {};
    const value: unknown = definition.resolve?.(source, args, null, info);
    return ofValueOf(definition.type, value, node.selectionSet, key);
  }
  return ofField;
}
