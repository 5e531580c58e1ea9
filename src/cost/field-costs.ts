import {
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** The number of entries in a list. */
export interface ListSize {
  /** Used if none of the arguments is given. */
  assumed: number;
  /** Arguments whose values are multiplied to give the number of entries. */
  argumentNames: readonly string[];
}

/** The cost of a field as the SDL declares it with `@cost`, `@listSize` and `@size`. */
export interface FieldCost {
  /** Units for each call to the store or the embedder. */
  weight: number;
  /** Units for each given argument, by its name. */
  argumentWeights: ReadonlyMap<string, number>;
  /** Bytes of a value; 0 for an object. */
  bytes: number;
  /** The size of the field's own list; undefined if it is not a list. */
  list: ListSize | undefined;
  /** The size of lists in the returned object: all of its sized fields have this size. */
  innerLists: ListSize | undefined;
  /** Whether the number of entries is determined by the field that returned the object. */
  isSizedByParent: boolean;
}

/** By `Type.field`. */
export type FieldCosts = ReadonlyMap<string, FieldCost>;

/** Size of a number, boolean, identifier or enum value. */
const SHORT_VALUE_BYTES = 24;

/**
 * Reads the costs of all fields of a schema.
 *
 * @throws Error if the schema does not declare the directives of `schema/directives.graphql`.
 */
export function readFieldCosts(schema: GraphQLSchema): FieldCosts {
  const [cost, listSize, size] = ['cost', 'listSize', 'size'].map((name) => schema.getDirective(name));
  if (!cost || !listSize || !size) throw new Error('The schema must declare @cost, @listSize and @size');
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  const fields = types
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })),
    );
  const sized = new Set(fields.flatMap(({ field }) => sizedFieldsOf(field, listSize)));
  return new Map(
    fields.map(({ name, field }) => {
      const lists = listSizesOf(field, listSize);
      return [
        name,
        {
          weight: weightOf(field, cost),
          argumentWeights: new Map(field.args.map((argument) => [argument.name, weightOf(argument, cost)])),
          bytes: bytesOf(field, size),
          list: lists.find(({ sizedFields }) => sizedFields.length === 0),
          innerLists: lists.find(({ sizedFields }) => sizedFields.length > 0),
          isSizedByParent: sized.has(name),
        },
      ];
    }),
  );
}

function weightOf(
  { astNode }: GraphQLField<unknown, unknown> | GraphQLArgument,
  cost: GraphQLDirective,
): number {
  const values = astNode ? getDirectiveValues(cost, astNode) : undefined;
  return Number(values?.['weight'] ?? 0);
}

function bytesOf({ astNode, type }: GraphQLField<unknown, unknown>, size: GraphQLDirective): number {
  const named: GraphQLNamedType = getNamedType(type);
  if (!isLeafType(named)) return 0;
  const own = astNode ? getDirectiveValues(size, astNode) : undefined;
  const ofType = named.astNode ? getDirectiveValues(size, named.astNode) : undefined;
  return Number(own?.['bytes'] ?? ofType?.['bytes'] ?? SHORT_VALUE_BYTES);
}

function listSizesOf(
  { astNode }: GraphQLField<unknown, unknown>,
  listSize: GraphQLDirective,
): (ListSize & { sizedFields: readonly string[] })[] {
  const uses = (astNode?.directives ?? []).filter(({ name }) => name.value === listSize.name);
  return uses.map((use) => {
    const values = getDirectiveValues(listSize, { directives: [use] }) ?? {};
    return {
      assumed: Number(values['assumedSize'] ?? 1),
      argumentNames: toNames(values['slicingArguments']),
      sizedFields: toNames(values['sizedFields']),
    };
  });
}

function sizedFieldsOf(field: GraphQLField<unknown, unknown>, listSize: GraphQLDirective): string[] {
  const type = getNamedType(field.type);
  return listSizesOf(field, listSize).flatMap(({ sizedFields }) =>
    sizedFields.map((name) => `${type.name}.${name}`),
  );
}

function toNames(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
