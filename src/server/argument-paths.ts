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
  type ObjectFieldNode,
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
  /** Indexed for the first error that needs it. */
  let places: Places | undefined;
  const inVariables = new Map<VariableDefinitionNode, ArgumentPath[]>();
  for (const error of errors) {
    const [node] = error.nodes ?? [];
    const variable = error.nodes?.find((each) => each.kind === Kind.VARIABLE_DEFINITION);
    if (!node) continue;
    // An error thrown by a resolver does not concern an argument, unless it says so itself.
    if (error.path && !(error.originalError instanceof GraphQLError)) continue;
    // An error with a path in the answer occurred while fields were executed, where only a null can be rejected.
    const meant = error.path ? (findNull(node, refused) ?? node) : node;
    places ??= indexPlaces(refused.document);
    const place = variable
      ? places.ofVariables.get(variable.variable.name.value)
      : (places.ofNodes.get(meant) ?? pathToMissing(error, node, refused));
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
  if (field.kind !== Kind.FIELD || !message.includes('argument "')) return undefined;
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

/** The paths to everything in the arguments of a document. */
interface Places {
  /** To nodes in arguments, and in the default values of variables that are passed to an argument. */
  ofNodes: Map<ASTNode, ArgumentPath>;
  /** To where each variable is first passed. */
  ofVariables: Map<string, ArgumentPath>;
}

/** Visits the document once, however many errors it has. */
function indexPlaces(document: DocumentNode): Places {
  const ofNodes = new Map<ASTNode, ArgumentPath>();
  const ofVariables = new Map<string, ArgumentPath>();
  const add = (value: ValueNode, path: ArgumentPath): void => {
    ofNodes.set(value, path);
    if (value.kind === Kind.VARIABLE && !ofVariables.has(value.name.value))
      ofVariables.set(value.name.value, path);
    else if (value.kind === Kind.LIST) value.values.forEach((each, at) => add(each, [...path, at]));
    else if (value.kind === Kind.OBJECT) value.fields.forEach((field) => addNamed(field, path));
  };
  const addNamed = (node: ArgumentNode | ObjectFieldNode, path: ArgumentPath): void => {
    const inner = [...path, node.name.value];
    ofNodes.set(node, inner).set(node.name, inner);
    add(node.value, inner);
  };
  const definitions: VariableDefinitionNode[] = [];
  visit(document, {
    VariableDefinition(definition) {
      definitions.push(definition);
    },
    Argument(argument) {
      addNamed(argument, []);
      return false;
    },
  });
  for (const { variable, defaultValue } of definitions) {
    const place = ofVariables.get(variable.name.value);
    if (place && defaultValue) add(defaultValue, place);
  }
  return { ofNodes, ofVariables };
}
