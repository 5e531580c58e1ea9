/** Splits the values, in order, into lists of limited length. */
export function inParts<Value>(values: readonly Value[], most: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / most) }, (_, part) =>
    values.slice(part * most, (part + 1) * most),
  );
}
