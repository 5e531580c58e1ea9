/** Words that end a name: what follows one is about something else. */
const SMALL_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above across after against all along also am among an and any are around as at be been before behind ' +
    'below beneath beside besides between beyond both but by can concerning could despite do does during each ' +
    'except excluding following for from had has have how if in including inside instead into is it its just ' +
    'last like may more most must near no nor not of off on onto or our out outside over past per regarding ' +
    'shall should since so some such than that the their them then there these they this those through throughout ' +
    'till to toward towards under unless until up upon using versus via vs was we were what when where which ' +
    'et while who whom whose why will with within without would you your ' +
    'about authored published submitted posted written paper papers article articles preprint preprints work works'
  ).split(' '),
);

/** @param word in lower case. */
export function isSmallWord(word: string): boolean {
  return SMALL_WORDS.has(word);
}
