/**
 * Caches the function's result for each object as long as the object exists, so that aliases of a field compute it
 * once.
 */
export function oncePer<Key extends object, Rest extends unknown[], Result>(
  compute: (key: Key, ...rest: Rest) => Result,
): (key: Key, ...rest: Rest) => Result {
  const results = new WeakMap<Key, { result: Result }>();
  return (key, ...rest) => {
    const known = results.get(key) ?? { result: compute(key, ...rest) };
    results.set(key, known);
    return known.result;
  };
}
