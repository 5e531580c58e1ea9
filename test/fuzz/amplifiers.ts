import {
  SchemaMetaFieldDef,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Dice } from './dice.js';
import { hostileValue, type Malice, type Material } from './hostile-values.js';

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

/** Fragments each of which spreads the next several times: a short text that expands to a huge document. */
export function fragmentBomb(dice: Dice, scale: number): Operation {
  const [type, open, close] = dice.pick([
    ['Query', '', ''],
    ['__Type', '{__type(name:"Query"){', '}}'],
    ['__Type', '{__schema{types{', '}}}'],
    ['Paper', '{paper(id:"1706.03762"){', '}}'],
    ['SearchResult', '{search(first:100){nodes{', '}}}'],
  ] as const);
  const count = dice.size(Math.ceil(150 * scale));
  const times = dice.int(1, 4);
  const isCycle = dice.chance(0.2);
  const links = Array.from({ length: count }, (_, at) => {
    const next = at + 1 < count ? `...F${at + 1} ` : isCycle ? '...F0 ' : '__typename ';
    const spread = type === '__Type' && dice.chance(0.3) ? `fields{type{${next}}} ` : next;
    return `fragment F${at} on ${type}{${spread.repeat(times)}a${at}:__typename}`;
  });
  return { query: `query ${open || '{'}...F0${close || '}'} ${links.join('\n')}`, variables: {} };
}

/**
 * A few nested fields, each with many aliases, so that the levels multiply. The arguments are large and the same for all
 * aliases of a field.
 */
export function ladder(dice: Dice, schema: GraphQLSchema, material: Material, malice: Malice): Operation {
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const rungs: string[] = [];

  const writeArgument = ({ name, type }: GraphQLArgument): string => {
    const variable = `${name}${definitions.length}`;
    const isSize = name === 'first' && dice.chance(0.8);
    variables[variable] = isSize
      ? Math.ceil(100 * malice.scale)
      : hostileValue(dice, material, type, name, malice);
    definitions.push(`$${variable}:${String(type)}`);
    return `${name}:$${variable}`;
  };
  const many = (most: number, write: (at: number) => string) =>
    Array.from({ length: dice.size(Math.ceil(most * malice.scale)) }, (_, at) => write(at)).join(' ');

  const climb = (type: GraphQLObjectType, left: number): void => {
    const fields = fieldsOf(schema, type);
    const inner = fields.filter((field) => isObjectType(getNamedType(field.type)));
    if (left === 0 || inner.length === 0) {
      const leaves = fields.filter((field) => !inner.includes(field)).map(({ name }) => name);
      const leaf = dice.pick([...leaves, '__typename']);
      const names = dice.chance(0.5) ? [leaf] : [...leaves, '__typename'];
      rungs.push(many(600, (at) => `a${at}:${dice.pick(names)}`));
      return;
    }
    const lists = inner.filter(({ type }) => isListType(getNullableType(type)));
    const field = dice.pick(lists.length > 0 && dice.chance(0.5) ? lists : inner);
    const args = field.args.filter((argument) => isGiven(dice, argument)).map(writeArgument);
    const call = `${field.name}${args.length > 0 ? `(${args.join(' ')})` : ''}`;
    const next = rungs.length + 1;
    rungs.push(many(dice.pick([1, 30]), (at) => `a${at}:${call}{...R${next}}`));
    const of = getNamedType(field.type);
    types.push(of.name);
    if (isObjectType(of)) climb(of, left - 1);
  };
  const root = schema.getQueryType();
  if (!root) throw new Error('The schema has no queries');
  const types = [root.name];
  climb(root, dice.int(1, 6));
  const [first = '__typename', ...others] = rungs;
  const head = definitions.length > 0 ? `query(${definitions.join(' ')})` : '';
  const fragments = others.map((rung, at) => `fragment R${at + 1} on ${types[at + 1] ?? ''}{${rung}}`);
  return { query: [`${head}{${first}}`, ...fragments].join('\n'), variables };
}

/** The fields of a type. At the root, introspection and `search` are as likely as all others. */
function fieldsOf(schema: GraphQLSchema, type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
  const fields = Object.values(type.getFields());
  if (type !== schema.getQueryType()) return fields;
  const searches = fields.filter(({ name }) => name === 'search');
  return [...fields, ...fields.flatMap(() => [SchemaMetaFieldDef, ...searches])];
}

function isGiven(dice: Dice, { name, type, defaultValue }: GraphQLArgument): boolean {
  if (isNonNullType(type) && defaultValue === undefined) return true;
  return dice.chance(name === 'first' ? 0.9 : /^(query|filter|prefix|like)$/.test(name) ? 0.5 : 0.1);
}
