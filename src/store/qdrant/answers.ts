import type { Schemas } from '@qdrant/js-client-rest';

/**
 * The shapes of results in a server's answers. Proxies, other services and other versions also answer 200, and a
 * wrong shape should be found here, not deep in a search. The checks are written by hand and go only as deep as the
 * results are read, because a schema library takes ten times as long on a page of hits.
 */
export type Check<Result> = (result: unknown) => result is Result;

type PointId = string | number;

export interface PointVector {
  id: PointId;
  vector: readonly number[];
}

/** For results that are checked by their readers. */
export function isAnything(result: unknown): result is unknown {
  return result !== undefined;
}

/** One ranking per query. */
export function isRankings(count: number): Check<{ points: Schemas['ScoredPoint'][] }[]> {
  return (result): result is { points: Schemas['ScoredPoint'][] }[] =>
    isList(isRanking)(result) && result.length === count;
}

export function isRanking(result: unknown): result is { points: Schemas['ScoredPoint'][] } {
  return isRecord(result) && isList(isScoredPoint)(result['points']);
}

export function isRecords(result: unknown): result is Schemas['Record'][] {
  return isList(isPoint)(result);
}

/** Points, each with its unnamed vector. */
export function isVectors(result: unknown): result is PointVector[] {
  return isList(isPointVector)(result);
}

export function isScrolled(result: unknown): result is Schemas['ScrollResult'] {
  if (!isRecord(result)) return false;
  const next = result['next_page_offset'];
  return isRecords(result['points']) && (next === undefined || next === null || isPointId(next));
}

export function isCount(result: unknown): result is Schemas['CountResult'] {
  return isRecord(result) && isWholeNumber(result['count']);
}

export function isFacet(result: unknown): result is Schemas['FacetResponse'] {
  return isRecord(result) && isList(isFacetHit)(result['hits']);
}

/** The result of every write. */
export function isUpdate(result: unknown): result is Schemas['UpdateResult'] {
  return isRecord(result) && typeof result['status'] === 'string';
}

export const isUpdates = isList(isUpdate);

export function isCollectionInfo(result: unknown): result is Schemas['CollectionInfo'] {
  if (!isRecord(result)) return false;
  const { config, payload_schema: schema } = result;
  return isRecord(config) && isRecord(config['params']) && isRecord(schema);
}

/** The result of a change to a collection; false if there was nothing to change. */
export function isChange(result: unknown): result is boolean {
  return typeof result === 'boolean';
}

export function isCollections(result: unknown): result is Schemas['CollectionsResponse'] {
  return isRecord(result) && isList(isNamed)(result['collections']);
}

export function isAliases(result: unknown): result is Schemas['CollectionsAliasesResponse'] {
  return isRecord(result) && isList(isAlias)(result['aliases']);
}

function isNamed(value: unknown): value is { name: string } {
  return isRecord(value) && typeof value['name'] === 'string';
}

function isAlias(value: unknown): value is Schemas['AliasDescription'] {
  return (
    isRecord(value) && typeof value['alias_name'] === 'string' && typeof value['collection_name'] === 'string'
  );
}

function isScoredPoint(value: unknown): value is Schemas['ScoredPoint'] {
  return isPoint(value) && 'score' in value && typeof value.score === 'number';
}

function isPoint(value: unknown): value is Schemas['Record'] {
  if (!isRecord(value) || !isPointId(value['id'])) return false;
  const { payload } = value;
  return payload === undefined || payload === null || isRecord(payload);
}

function isPointVector(value: unknown): value is PointVector {
  return isPoint(value) && isList(isNumber)(value.vector);
}

function isFacetHit(value: unknown): value is Schemas['FacetValueHit'] {
  return isRecord(value) && isFacetValue(value['value']) && isWholeNumber(value['count']);
}

function isFacetValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isPointId(value: unknown): value is PointId {
  return typeof value === 'string' || typeof value === 'number';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isList<Element>(isElement: Check<Element>): Check<Element[]> {
  return (value): value is Element[] => Array.isArray(value) && value.every(isElement);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
