import {
  BREAK,
  coerceInputValue,
  GraphQLError,
  isInputType,
  isNonNullType,
  isRequiredArgument,
  Kind,
  typeFromAST,
  TypeInfo,
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Leads from a field's arguments to a value: `['filter', 'or', 2, 'title']`. */
export type ArgumentPath = readonly (string | number)[];

/** An operation with values that graphql-js rejected. */
export interface RefusedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  variables: Readonly<Record<string, unknown>>;
}

/**
 * Finds the places of values that graphql-js rejects, because its errors name them only in words. A value is in the
 * document or in a variable; its path begins with the path of the argument. Other errors have no path.
 */
export function findArgumentPaths(
  errors: readonly GraphQLError[],
  refused: RefusedOperation,
): Map<GraphQLError, ArgumentPath> {
  const found = new Map<GraphQLError, ArgumentPath>();
  const inVariables = new Map<VariableDefinitionNode, ArgumentPath[]>();
  for (const error of errors) {
    const [node] = error.nodes ?? [];
    const variable = error.nodes?.find((each) => each.kind === Kind.VARIABLE_DEFINITION);
    if (!node) continue;
    // An error thrown by a resolver does not concern an argument, unless it says so itself.
    if (error.path && !(error.originalError instanceof GraphQLError)) continue;
    // An error with a path in the answer occurred while fields were executed, where only a null can be rejected.
    const meant = error.path ? (findNull(node, refused) ?? node) : node;
    const place = variable
      ? pathToVariable(refused.document, variable)
      : (pathInDocument(refused.document, (each) => each === meant) ??
        pathOfDefault(refused.document, meant) ??
        pathToMissing(error, node, refused));
    if (!place) continue;
    if (!variable) {
      found.set(error, place);
      continue;
    }
    // Errors of one variable come in the order in which its values are read.
    const within = inVariables.get(variable) ?? pathsInVariable(variable, refused);
    inVariables.set(variable, within);
    found.set(error, [...place, ...(within.shift() ?? [])]);
  }
  return found;
}

/** The variable in a value that is null or omitted where null is not allowed. */
function findNull(value: ASTNode, { schema, document, variables }: RefusedOperation): ASTNode | undefined {
  const types = new TypeInfo(schema);
  let isInside = false;
  let found: ASTNode | undefined;
  const visitor = visitWithTypeInfo(types, {
    enter(node) {
      if (node === value) isInside = true;
      if (!isInside || node.kind !== Kind.VARIABLE || !isNonNullType(types.getInputType())) return;
      if ((variables[node.name.value] ?? null) === null) found ??= node;
    },
    leave(node) {
      if (node === value) isInside = false;
    },
  });
  visit(document, visitor);
  return found;
}

/** The path to a missing argument that its field requires; only the message of the error names it. */
function pathToMissing(
  { message }: GraphQLError,
  field: ASTNode,
  { schema, document }: RefusedOperation,
): ArgumentPath | undefined {
  if (field.kind !== Kind.FIELD) return undefined;
  const types = new TypeInfo(schema);
  let missing: string | undefined;
  const visitor = visitWithTypeInfo(types, {
    Field(node) {
      if (node !== field) return undefined;
      const required = types.getFieldDef()?.args.filter(isRequiredArgument) ?? [];
      missing = required.find(({ name }) => message.includes(`argument "${name}" of type`))?.name;
      return BREAK;
    },
  });
  visit(document, visitor);
  return missing === undefined ? undefined : [missing];
}

/** The paths, within the variable, to the values that its type rejects. */
function pathsInVariable(
  { type: typeNode, variable }: VariableDefinitionNode,
  { schema, variables }: RefusedOperation,
): ArgumentPath[] {
  const type = typeFromAST(schema, typeNode);
  const value = variables[variable.name.value];
  if (!isInputType(type) || value === undefined) return [];
  const paths: ArgumentPath[] = [];
  coerceInputValue(value, type, (path) => paths.push([...path]));
  return paths;
}

/** The path to where the variable is first passed. */
function pathToVariable(
  document: DocumentNode,
  { variable: { name } }: VariableDefinitionNode,
): ArgumentPath | undefined {
  return pathInDocument(document, (each) => each.kind === Kind.VARIABLE && each.name.value === name.value);
}

/** The path to a node in the default value of a variable: its place in the argument that the variable is passed to. */
function pathOfDefault(document: DocumentNode, meant: ASTNode): ArgumentPath | undefined {
  let found: ArgumentPath | undefined;
  visit(document, {
    VariableDefinition(definition) {
      const inside =
        definition.defaultValue && pathInValue(definition.defaultValue, (each) => each === meant);
      const place = inside && pathToVariable(document, definition);
      found ??= place && [...place, ...inside];
      return false;
    },
  });
  return found;
}

/** The path to the first matching node in an argument, including the argument itself. */
function pathInDocument(
  document: DocumentNode,
  isMeant: (node: ASTNode) => boolean,
): ArgumentPath | undefined {
  let found: ArgumentPath | undefined;
  visit(document, {
    Argument(argument) {
      found ??= pathInArgument(argument, isMeant);
      return false;
    },
  });
  return found;
}

function pathInArgument(
  argument: ArgumentNode,
  isMeant: (node: ASTNode) => boolean,
): ArgumentPath | undefined {
  const inside = isMeant(argument) || isMeant(argument.name) ? [] : pathInValue(argument.value, isMeant);
  return inside && [argument.name.value, ...inside];
}

function pathInValue(value: ValueNode, isMeant: (node: ASTNode) => boolean): ArgumentPath | undefined {
  if (isMeant(value)) return [];
  const entries: [string | number, ASTNode[], ValueNode][] =
    value.kind === Kind.LIST
      ? value.values.map((each, at) => [at, [], each])
      : value.kind === Kind.OBJECT
        ? value.fields.map((field) => [field.name.value, [field, field.name], field.value])
        : [];
  for (const [key, nodes, inner] of entries) {
    const inside = nodes.some(isMeant) ? [] : pathInValue(inner, isMeant);
    if (inside) return [key, ...inside];
  }
  return undefined;
}
