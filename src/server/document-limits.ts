import {
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { LimitsConfig } from '../config/config.js';

/** Validation rules that bound what a document may look like. Fragments are measured once, however often spread. */
export function createLimitRules(limits: LimitsConfig): ValidationRule[] {
  return [depthRule(limits.depth), aliasRule(limits.aliases)];
}

function depthRule(most: number): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const depth = measure(
        operation.selectionSet,
        context,
        (fields) => 1 + Math.max(0, ...fields),
        Math.max,
      );
      if (depth > most)
        report(context, operation, `nests ${depth} levels of fields; at most ${most} are allowed`);
    },
  });
}

function aliasRule(most: number): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const sum = (...counts: number[]) => counts.reduce((total, count) => total + count, 0);
      const aliases = measure(
        operation.selectionSet,
        context,
        (inner, aliased) => sum(...inner) + (aliased ? 1 : 0),
        sum,
      );
      if (aliases > most) report(context, operation, `has ${aliases} aliases; at most ${most} are allowed`);
    },
  });
}

function report(context: ValidationContext, operation: OperationDefinitionNode, complaint: string): void {
  context.reportError(new GraphQLError(`The operation ${complaint}`, { nodes: operation }));
}

/**
 * Folds a selection set: `field` gets the values of what a field selects, `merge` those of one set's selections.
 * Introspection counts as nothing. A fragment is folded once; in a cycle (which another rule reports) as nothing.
 */
function measure(
  root: SelectionSetNode,
  context: ValidationContext,
  field: (inner: number[], aliased: boolean) => number,
  merge: (...values: number[]) => number,
): number {
  const fragments = new Map<string, number>();
  const ofSet = (set: SelectionSetNode): number => merge(0, ...set.selections.map(ofSelection));
  const ofSelection = (selection: SelectionSetNode['selections'][number]): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet);
    if (selection.name.value.startsWith('__')) return 0;
    return field(
      selection.selectionSet ? [ofSet(selection.selectionSet)] : [],
      selection.alias !== undefined,
    );
  };
  const ofFragment = (name: string): number => {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    fragments.set(name, 0);
    const fragment = context.getFragment(name);
    const value = fragment ? ofSet(fragment.selectionSet) : 0;
    fragments.set(name, value);
    return value;
  };
  return ofSet(root);
}
