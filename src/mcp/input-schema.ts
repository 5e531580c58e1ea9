import {
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  typeFromAST,
  valueFromAST,
  type ASTNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

type JsonSchema = Record<string, unknown>;

/** The arguments of a tool, as JSON Schema. */
export interface InputSchema extends JsonSchema {
  type: 'object';
  properties: Record<string, JsonSchema>;
  required?: string[];
}

/** JSON types of the scalars that are not strings. */
const JSON_TYPES: Readonly<Record<string, string>> = { Int: 'integer', Float: 'number', Boolean: 'boolean' };

/** The variables of an operation as the arguments of a tool: each with its type, default and the comment above it. */
export function toInputSchema(operation: OperationDefinitionNode, schema: GraphQLSchema): InputSchema {
  const variables = operation.variableDefinitions ?? [];
  const types = variables.map((variable) => typeOf(variable, schema));
  const required = variables.filter((each, at) => !each.defaultValue && isNonNullType(types[at]));
  return {
    type: 'object',
    properties: Object.fromEntries(
      variables.map((variable, at) => [nameOf(variable), toProperty(variable, types[at])]),
    ),
    ...(required.length > 0 && { required: required.map(nameOf) }),
    additionalProperties: false,
  };
}

function nameOf({ variable }: VariableDefinitionNode): string {
  return variable.name.value;
}

function typeOf({ type, variable }: VariableDefinitionNode, schema: GraphQLSchema): GraphQLInputType {
  const found = typeFromAST(schema, type);
  const named = getNamedType(found);
  if (isScalarType(named) || isEnumType(named)) return found as GraphQLInputType;
  throw new Error(
    `$${variable.name.value}: tools take scalars, enums and lists of them, not ${String(found)}`,
  );
}

function toProperty(variable: VariableDefinitionNode, type: GraphQLInputType | undefined): JsonSchema {
  if (!type) return {};
  const description = commentAbove(variable);
  return {
    ...toJsonSchema(type),
    ...(variable.defaultValue && { default: valueFromAST(variable.defaultValue, type) }),
    ...(description && { description }),
  };
}

function toJsonSchema(type: GraphQLInputType): JsonSchema {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return { type: 'array', items: toJsonSchema(nullable.ofType) };
  if (isEnumType(nullable)) return { type: 'string', enum: nullable.getValues().map(({ name }) => name) };
  return { type: JSON_TYPES[nullable.toString()] ?? 'string' };
}

/** The text of the comment directly before a definition, on one line; empty without one. */
export function commentAbove({ loc }: ASTNode): string {
  const lines: string[] = [];
  let token = loc?.startToken.prev;
  // The parser omits comments from the tree, but not from the tokens.
  while (token?.kind.valueOf() === 'Comment') {
    lines.unshift(token.value.trim());
    token = token.prev;
  }
  return lines.join(' ');
}

/** The only operation of a document. */
export function onlyOperation(definitions: readonly ASTNode[]): OperationDefinitionNode {
  const [operation, ...others] = definitions.filter(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  if (!operation || others.length > 0) throw new Error('expected one operation');
  return operation;
}
