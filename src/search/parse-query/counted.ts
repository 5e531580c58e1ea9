import type { Token } from './tokens.js';

const COUNTED =
  /^(?:iterations?|steps?|epochs?|dimensions?|samples?|examples?|images?|nodes?|words?|tokens?|layers?|neurons?|parameters?|qubits?|patients?|participants?|subjects?|people|students?|users?|games?|rounds?|trials?|runs?|queries|documents?|sentences?|classes|categories|languages|points?|particles?|galaxies|stars|events|bits?|bytes|[kmgt]b|gpus?|hours?|minutes?|seconds?|days?|weeks?|months?|years?|[kcmnμµ]?m|[kcmnμµ]?g|[mnμµ]?s|[kmgt]?hz|[kmgt]?ev|[km]?w|[km]?v|k|kelvin|pc|[kmg]pc|ly|usd|eur|dollars?|euros?|degrees?|percent|°c|°)$/;

/** Whether a number stands before what can be counted or measured: `2000 iterations`, `1420.4057 MHz`. */
export function countsThings(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.after === '' && COUNTED.test(tokens[at + 1]?.lower ?? '');
}
