/** English words that say nothing of a text's subject. Both stores leave such words out of keyword search. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also an and any are as at be because been before being between both but by can could did do does
  during each either for from had has have having he her here his how i if in into is it its itself let may me might more
  most must my no nor not of on once only or other our out over own same shall she should since so some such than that the
  their them then there these they this those through thus to too under until up upon us very via was we were what when
  where whether which while who whom whose why will with within without would you your`.split(/\s+/),
);
