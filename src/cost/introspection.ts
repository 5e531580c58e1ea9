import {
  getArgumentValues,
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
import { BYTES_PER_UNIT, NOTHING, PUNCTUATION_BYTES, type Amounts } from './prices.js';

/** Context of the walk over the document. */
interface Selections {
  /** The fields of a selection set that are included, with fragments expanded. */
  fieldsOf: (set: SelectionSetNode) => Iterable<FieldNode>;
  variables: Record<string, unknown>;
}

/** Results of introspection are completed without a pause, so their values cost more than others. */
const VALUE_UNITS = 4;

/** Bytes of the answer, and units. */
type Price = readonly [bytes: number, units: number];

/**
 * The exact cost of a `__schema` or `__type` field: its selections are priced on the schema itself. Each selection
 * set is priced once for each part of the schema, so that the time depends only on the length of the text, even with
 * aliases and fragments.
 *
 * @param mostUnits where pricing stops: anything above it gets this price.
 */
export function createIntrospectionPricer(
  schema: GraphQLSchema,
  { fieldsOf, variables }: Selections,
  mostUnits: number,
): (definition: GraphQLField<unknown, unknown>, node: FieldNode) => Amounts {
  const fields = new Map<SelectionSetNode, readonly FieldNode[]>();
  const known = new Map<SelectionSetNode, Map<unknown, Price>>();
  // Resolvers of introspection read only this.
  const info = { schema } as GraphQLResolveInfo;
  let steps = 0;

  function ofField(definition: GraphQLField<unknown, unknown>, source: unknown, node: FieldNode): Price {
    // Each step costs at least as much as one value.
    if (++steps * VALUE_UNITS > mostUnits) return [0, mostUnits + 1];
    const args = definition.args.length > 0 ? getArgumentValues(definition, node, variables) : {};
    const value: unknown = definition.resolve?.(source, args, null, info);
    return ofValue(definition.type, value, node.selectionSet, keyBytes(node));
  }

  function ofValue(
    type: GraphQLOutputType,
    value: unknown,
    set: SelectionSetNode | undefined,
    key: number,
  ): Price {
    if (isNonNullType(type)) return ofValue(type.ofType, value, set, key);
    if (value === null || value === undefined || !set) return priceOf(key + lengthOf(value));
    if (isListType(type)) {
      let [bytes, units] = priceOf(key);
      for (const each of value as Iterable<unknown>) {
        const [entryBytes, entryUnits] = ofValue(type.ofType, each, set, 0);
        bytes += entryBytes;
        units += entryUnits;
      }
      return [bytes, units];
    }
    if (isLeafType(type)) return priceOf(key + lengthOf(value));
    // Anything with a selection that is neither a list nor a leaf is an object of introspection.
    const [bytes, units] = ofObject(type as GraphQLObjectType, value, set);
    return [bytes + key, units + VALUE_UNITS];
  }

  function ofObject(type: GraphQLObjectType, source: unknown, set: SelectionSetNode): Price {
    const priced = known.get(set) ?? new Map<unknown, Price>();
    known.set(set, priced);
    const price = priced.get(source);
    if (price) return price;
    const selected = fields.get(set) ?? [...fieldsOf(set)];
    fields.set(set, selected);
    const definitions = type.getFields();
    let bytes = 0;
    let units = 0;
    for (const node of selected) {
      const definition = definitions[node.name.value];
      // A field without a definition is __typename.
      const [fieldBytes, fieldUnits] = definition
        ? ofField(definition, source, node)
        : priceOf(keyBytes(node) + type.name.length);
      bytes += fieldBytes;
      units += fieldUnits;
    }
    priced.set(source, [bytes, units]);
    return [bytes, units];
  }

  return (definition, node) => {
    const [bytes, values] = ofField(definition, undefined, node);
    return { ...NOTHING, bytes, values };
  };
}

function keyBytes({ alias, name }: FieldNode): number {
  return (alias ?? name).value.length + PUNCTUATION_BYTES;
}

function priceOf(bytes: number): Price {
  return [bytes, VALUE_UNITS * (1 + Math.floor(bytes / BYTES_PER_UNIT))];
}

/** Size of a leaf in JSON, without escapes. */
function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length + 2 : 5;
}
