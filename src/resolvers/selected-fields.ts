import {
  Kind,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { BIBTEX_FIELDS } from '../papers/bibtex.js';
import type { PayloadField } from '../papers/payload.js';
import { HIGHLIGHTED_FIELDS } from '../search/highlight/highlight.js';

/** What the fields of `Paper` read from the payload. A field that is not named here reads nothing beside the id. */
const PAYLOAD_FIELDS: Record<string, readonly PayloadField[]> = {
  title: ['title'],
  abstract: ['abstract'],
  authors: ['authors'],
  authorCount: ['authors'],
  categories: ['categories'],
  primaryCategory: ['primary_category'],
  submittedAt: ['submitted_at'],
  updatedAt: ['updated_at'],
  versions: ['versions'],
  versionCount: ['version_count'],
  submitter: ['submitter'],
  comments: ['comments'],
  journalRef: ['journal-ref'],
  doi: ['doi'],
  reportNumber: ['report-no'],
  license: ['license'],
  bibtex: BIBTEX_FIELDS,
};

/**
 * The payload fields that the selection of `Paper`s below the resolved field needs, the id always among them: a store
 * sends no more than is asked for.
 *
 * @param paths from the field to its papers: `[]` for a field that is a Paper, `['nodes', 'paper']` for a connection.
 */
export function selectedPayloadFields(info: GraphQLResolveInfo, ...paths: string[][]): PayloadField[] {
  const papers = paths.flatMap((path) => nodesAt(info, path));
  const names = papers.flatMap((node) => subfields(node, info)).map((node) => node.name.value);
  return [...new Set<PayloadField>(['id', ...names.flatMap((name) => PAYLOAD_FIELDS[name] ?? [])])];
}

/** The same for a field that is a `SearchConnection`; its results' highlights read the papers, too. */
export function selectedHitFields(info: GraphQLResolveInfo): PayloadField[] {
  const results = [['nodes'], ['edges', 'node']];
  const ofPapers = selectedPayloadFields(info, ...results.map((path) => [...path, 'paper']));
  const highlights = results.flatMap((path) => nodesAt(info, [...path, 'highlights']));
  return [...new Set([...ofPapers, ...(highlights.length > 0 ? HIGHLIGHTED_FIELDS : [])])];
}

function nodesAt(info: GraphQLResolveInfo, path: readonly string[]): FieldNode[] {
  return path.reduce<FieldNode[]>(
    (nodes, name) => nodes.flatMap((node) => subfields(node, info, name)),
    [...info.fieldNodes],
  );
}

function subfields(node: FieldNode, info: GraphQLResolveInfo, name?: string): FieldNode[] {
  const fields = node.selectionSet ? collectFields(node.selectionSet, info, new Set()) : [];
  return name === undefined ? fields : fields.filter((field) => field.name.value === name);
}

/**
 * The fields of a selection set, fragments opened, each fragment once. All our types are objects, so type conditions
 * of a valid document always hold.
 */
function collectFields(set: SelectionSetNode, info: GraphQLResolveInfo, opened: Set<string>): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (isLeftOut(selection, info)) return [];
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return collectFields(selection.selectionSet, info, opened);
    const name = selection.name.value;
    const fragment = opened.has(name) ? undefined : info.fragments[name];
    opened.add(name);
    return fragment ? collectFields(fragment.selectionSet, info, opened) : [];
  });
}

function isLeftOut(selection: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] === true ||
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] === false
  );
}
