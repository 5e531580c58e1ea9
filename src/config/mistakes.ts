import { chosenEmbedder, chosenStore, type EngineChoices, type Environment } from './variables.js';

/** Missing variables that others require, and contradictions: one line each, by the name of the variable. */
export function findMistakes(environment: EngineChoices & Environment): string[] {
  const mistakes: string[] = [];
  if (environment.STORE === 'qdrant' && !environment.QDRANT_URL) {
    mistakes.push('QDRANT_URL: required with STORE=qdrant, such as http://localhost:6333');
  }
  if (environment.EMBEDDER === 'openai' && !environment.OPENAI_API_KEY) {
    mistakes.push('OPENAI_API_KEY: required with EMBEDDER=openai');
  }
  if (environment['METRICS'] === 'on' && Number(environment['WORKERS'] ?? 1) > 1) {
    mistakes.push('METRICS: each of several processes knows only its own figures; set METRICS_PORT instead');
  }
  if (environment['SEARCH_PROBES'] && chosenStore(environment) === 'qdrant') {
    mistakes.push('SEARCH_PROBES: a Qdrant server has no partitions to search; leave it unset');
  }
  mistakes.push(...localModelMistakes(environment));
  for (const name of ['RERANK_MODEL', 'RERANK_API_KEY']) {
    if (environment[name] && !environment['RERANK_BASE_URL']) {
      mistakes.push(`${name}: requires RERANK_BASE_URL, the address of the service`);
    }
  }
  return mistakes;
}

/** Settings that the local model does not support. */
function localModelMistakes(environment: EngineChoices & Environment): string[] {
  const ownModel = environment['LOCAL_MODEL_DIR'];
  if (chosenEmbedder(environment) !== 'local') {
    return ownModel
      ? ['LOCAL_MODEL_DIR: the embedder is openai; set EMBEDDER=local, or leave LOCAL_MODEL_DIR unset']
      : [];
  }
  const dimensions = environment['EMBEDDING_DIMENSIONS'];
  if (ownModel) {
    return dimensions
      ? ["EMBEDDING_DIMENSIONS: the files of LOCAL_MODEL_DIR tell the model's dimension; leave it unset"]
      : [];
  }
  const mistakes: string[] = [];
  if (dimensions && dimensions !== '384') {
    mistakes.push(
      'EMBEDDING_DIMENSIONS: the local model has 384 dimensions; leave it unset or set EMBEDDER=openai',
    );
  }
  for (const name of ['EMBEDDING_QUERY_PREFIX', 'EMBEDDING_DOCUMENT_PREFIX']) {
    if (!environment[name]) continue;
    mistakes.push(`${name}: the local model was trained without one; leave it unset or set EMBEDDER=openai`);
  }
  return mistakes;
}
