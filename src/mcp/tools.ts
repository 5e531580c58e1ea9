import {
  buildSchema,
  Kind,
  parse,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commentAbove, onlyOperation, toInputSchema, type InputSchema } from './input-schema.js';
import { toError } from '../errors/errors.js';
import { packagePath } from '../package-root.js';

/** A tool for agents, as a document in `mcp/` describes it. */
export interface Tool {
  name: string;
  description: string;
  inputSchema: InputSchema;
  document: string;
  /** The root field whose failure is the failure of the tool. */
  mainField: string;
  /** Where the document uses each argument. */
  places: readonly ArgumentPlace[];
}

/** A place in a document whose value is a variable. */
export interface ArgumentPlace {
  argument: string;
  /** Response names of the fields on the way: `['author', 'papers']`. */
  field: readonly string[];
  /** From the field's arguments to the value: `['filter', 'submitted', 'gte']`. */
  path: readonly string[];
}

/**
 * Reads the tools, by name.
 *
 * @throws Error that names a file without the description of a tool.
 */
export function readTools(schemaFiles: readonly string[]): Tool[] {
  const schema = buildSchema(schemaFiles.join('\n'));
  const folder = packagePath('mcp');
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => {
    try {
      return parseTool(readFileSync(path.join(folder, file), 'utf8'), schema);
    } catch (thrown) {
      throw new Error(`mcp/${file}: ${toError(thrown).message}`, { cause: thrown });
    }
  });
}

export function parseTool(document: string, schema: GraphQLSchema): Tool {
  const operation = onlyOperation(parse(document).definitions);
  const name = operation.name?.value;
  const description = commentAbove(operation);
  if (!name || !description) throw new Error('expected a named operation with a comment above it');
  const [mainField] = fieldsOf(operation.selectionSet);
  if (!mainField) throw new Error('expected a field');
  return {
    name,
    description,
    inputSchema: toInputSchema(operation, schema),
    document,
    mainField: responseName(mainField),
    places: placesIn(operation.selectionSet, []),
  };
}

function placesIn(selections: SelectionSetNode | undefined, outer: readonly string[]): ArgumentPlace[] {
  return fieldsOf(selections).flatMap((node) => {
    const field = [...outer, responseName(node)];
    const given = node.arguments ?? [];
    const here = given.flatMap(({ name, value }) => variablesIn(value, [name.value]));
    return [...here.map((each) => ({ ...each, field })), ...placesIn(node.selectionSet, field)];
  });
}

function variablesIn(
  value: ValueNode,
  at: readonly string[],
): { argument: string; path: readonly string[] }[] {
  if (value.kind === Kind.VARIABLE) return [{ argument: value.name.value, path: at }];
  if (value.kind !== Kind.OBJECT) return [];
  return value.fields.flatMap(({ name, value: inner }) => variablesIn(inner, [...at, name.value]));
}

function fieldsOf(selections: SelectionSetNode | undefined): FieldNode[] {
  return (selections?.selections ?? []).filter((each): each is FieldNode => each.kind === Kind.FIELD);
}

function responseName({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
