import {
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { fragmentBomb, ladder, type Operation } from './amplifiers.js';
import type { Dice } from './dice.js';
import { hostileText } from './hostile-text.js';
import { hostileValue, mangle, toLiteral, type Malice, type Material } from './hostile-values.js';

/** Properties of one kind of document; probabilities from 0 to 1. */
interface Manner {
  alias: number;
  typename: number;
  fragment: number;
  directive: number;
  variable: number;
  /** Root fields to use; all if empty. */
  roots?: readonly string[];
  /** Whether leaves are selected repeatedly under other names. */
  leaves?: boolean;
  depth: number;
}

const PLAIN: Manner = { alias: 0.2, typename: 0.05, fragment: 0.1, directive: 0.05, variable: 0.3, depth: 8 };

const MANNERS: readonly Manner[] = [
  PLAIN,
  { ...PLAIN, depth: 15 },
  { ...PLAIN, alias: 0.9 },
  { ...PLAIN, alias: 1, typename: 0.8 },
  { ...PLAIN, alias: 1, leaves: true, fragment: 0 },
  { ...PLAIN, alias: 0, leaves: true, fragment: 0.3 },
  { ...PLAIN, fragment: 0.6 },
  { ...PLAIN, directive: 0.8 },
  { ...PLAIN, alias: 0.6, roots: ['__schema'], depth: 12 },
  { ...PLAIN, alias: 0.6, fragment: 0.5, roots: ['__schema', '__type'], depth: 12 },
  { ...PLAIN, alias: 0.9, roots: ['search'], variable: 0.8 },
  { ...PLAIN, alias: 0.9, roots: ['search', 'searchGroups', 'recommend'] },
  { ...PLAIN, alias: 0.9, roots: ['author', 'suggest', 'category'] },
];

/** An operation that is expensive, confusing or rejected. */
export function hostileOperation(
  dice: Dice,
  schema: GraphQLSchema,
  material: Material,
  malice: Malice,
): Operation {
  if (dice.chance(0.04)) return fragmentBomb(dice, malice.scale);
  if (dice.chance(0.3)) return ladder(dice, schema, material, malice);
  const operation = writeOperation(dice, schema, material, dice.pick(MANNERS), malice);
  if (dice.chance(0.08)) operation.query += noise(dice, malice.scale);
  if (dice.chance(malice.wrong)) operation.query = mangle(dice, operation.query);
  return operation;
}

/** Text that GraphQL ignores, but that a server may still store. */
function noise(dice: Dice, scale: number): string {
  const length = dice.size(Math.ceil(280_000 * scale));
  const comment = () =>
    `#${hostileText(dice, 20).replaceAll(/[\n\r]/g, '')}`.padEnd(length, dice.pick(['x', '#']));
  return dice.pick([
    comment,
    comment,
    () => ' '.repeat(length),
    () => ','.repeat(length),
    () => '\n\ufeff',
  ])();
}

function writeOperation(
  dice: Dice,
  schema: GraphQLSchema,
  material: Material,
  manner: Manner,
  malice: Malice,
): Operation {
  const fragments: { name: string; on: string; text: string }[] = [];
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const mostDepth = dice.int(2, manner.depth);
  let budget = dice.size(Math.ceil(900 * malice.scale));
  let names = 0;

  const writeSet = (type: GraphQLObjectType, depth: number): string => {
    const fields = fieldsOf(type, depth);
    const parts: string[] = [];
    const most = dice.chance(0.3) ? budget : 6;
    for (let left = dice.size(Math.max(1, most)); left > 0 && budget > 0; left--) {
      budget--;
      parts.push(writeSelection(type, fields, depth));
    }
    return `{${parts.length > 0 ? parts.join(' ') : '__typename'}}`;
  };

  const fieldsOf = (type: GraphQLObjectType, depth: number): GraphQLField<unknown, unknown>[] => {
    const all = Object.values(type.getFields());
    if (depth === 0) return all;
    const fields = all.filter((field) => isLeaf(field) || (depth < mostDepth && budget > 0));
    const leaves = fields.filter(isLeaf);
    return manner.leaves && leaves.length > 0 && dice.chance(0.7) ? leaves : fields;
  };

  const writeSelection = (
    type: GraphQLObjectType,
    fields: readonly GraphQLField<unknown, unknown>[],
    depth: number,
  ): string => {
    if (depth === 0 && manner.roots) {
      const root = dice.pick(manner.roots);
      if (root === '__schema') return writeIntrospection('__schema', '__Schema', depth);
      if (root === '__type') {
        return writeIntrospection(`__type(name:"${dice.pick(['Query', 'Paper', 'x'])}")`, '__Type', depth);
      }
      const field = fields.find(({ name }) => name === root);
      if (field) return writeField(field, depth);
    }
    if (dice.chance(manner.typename)) return `${alias(1)}__typename${writeDirectives()}`;
    if (dice.chance(manner.fragment)) return writeFragment(type, depth);
    return fields.length > 0 ? writeField(dice.pick(fields), depth) : '__typename';
  };

  const writeIntrospection = (field: string, type: string, depth: number): string => {
    const of = schema.getType(type);
    return `${alias(0.8)}${field}${isObjectType(of) ? writeSet(of, depth + 1) : ''}`;
  };

  const writeField = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const args = field.args.filter(isGiven).map(writeArgument);
    const of = getNamedType(field.type);
    const inner = isObjectType(of) ? writeSet(of, depth + 1) : '';
    const isCalled = args.length > 0 ? `(${args.join(' ')})` : '';
    return `${alias(manner.alias)}${field.name}${isCalled}${writeDirectives()}${inner}`;
  };

  const isGiven = ({ name, type, defaultValue }: GraphQLArgument) =>
    isNonNullType(type) && defaultValue === undefined
      ? !dice.chance(malice.wrong)
      : dice.chance(name === 'first' ? 0.7 : /^(after|before|last)$/.test(name) ? 0.1 : 0.4);

  const writeArgument = (argument: GraphQLArgument): string => {
    const value = hostileValue(dice, material, argument.type, argument.name, malice);
    if (!dice.chance(manner.variable)) return `${argument.name}:${toLiteral(value, argument.type)}`;
    const name = `v${names++}`;
    variables[name] = value;
    const byDefault = dice.chance(0.1) ? `=${toLiteral(value, argument.type)}` : '';
    definitions.push(`$${name}:${String(argument.type)}${byDefault}`);
    return `${argument.name}:$${name}`;
  };

  const writeFragment = (type: GraphQLObjectType, depth: number): string => {
    const known = fragments.filter(({ on }) => on === type.name);
    if (known.length > 0 && dice.chance(0.6)) return `...${dice.pick(known).name}${writeDirectives()}`;
    if (dice.chance(0.4))
      return `...${dice.pick(['', `on ${type.name}`])}${writeDirectives()}${writeSet(type, depth)}`;
    const name = `F${names++}`;
    const fragment = { name, on: dice.chance(malice.wrong) ? 'Paper' : type.name, text: '' };
    fragment.text = `fragment ${name} on ${fragment.on}${writeSet(type, depth)}`;
    fragments.push(fragment);
    return `...${name}`;
  };

  const writeDirectives = (): string => {
    if (!dice.chance(manner.directive)) return '';
    const right = dice.pick([' @include(if:true)', ' @skip(if:false)', ' @include(if:true)@skip(if:false)']);
    return dice.chance(malice.wrong)
      ? right + dice.pick(['@x', '@skip', '@x(y:1)']).repeat(dice.size(300))
      : right;
  };

  const alias = (probability: number) => (dice.chance(probability) ? `a${names++}:` : '');

  const root = schema.getQueryType();
  if (!root) throw new Error('The schema has no queries');
  const text = writeSet(root, 0);
  const head =
    definitions.length > 0 ? `query(${definitions.join(' ')})` : dice.pick(['', 'query', 'query Q']);
  return { query: [head + text, ...fragments.map((fragment) => fragment.text)].join('\n'), variables };
}

function isLeaf(field: GraphQLField<unknown, unknown>): boolean {
  const type = getNamedType(field.type);
  return !isObjectType(type) && !isInterfaceType(type);
}
