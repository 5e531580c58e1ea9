/**
 * English words that keyword search ignores, in both stores: the stop words of a Qdrant server's BM25 that the
 * tokenizer can produce (no word contains `'`).
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against ain all am an and any are aren as at be because been before being below between both
  but by can couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn have haven
  having he her here hers herself him himself his how i if in into is isn it its itself just ll m ma me mightn more most
  mustn my myself needn no nor not now o of off on once only or other our ours ourselves out over own re s same shan she
  should shouldn so some such t than that the their theirs them themselves then there these they this those through to too
  under until up ve very was wasn we were weren what when where which while who whom why will with won wouldn y you your
  yours yourself yourselves`.split(/\s+/),
);

/**
 * English words that arXiv skips when it makes the key of a BibTeX entry from a title (arxiv-browse,
 * `browse/formatting/cite.py`): the unchanged list of Glasgow's information retrieval group. Keys match arXiv's only
 * while this list does.
 */
export const TITLE_STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above across after afterwards again against all almost alone along already also although always ' +
    'am among amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as ' +
    'at back be became because become becomes becoming been before beforehand behind being below beside ' +
    'besides between beyond bill both bottom but by call can cannot cant co con could couldnt cry de describe ' +
    'detail do done down due during each eg eight either eleven else elsewhere empty enough etc even ever ' +
    'every everyone everything everywhere except few fifteen fify fill find fire first five for former ' +
    'formerly forty found four from front full further get give go had has hasnt have he hence her here ' +
    'hereafter hereby herein hereupon hers herself him himself his how however hundred ie if in inc indeed ' +
    'interest into is it its itself keep last latter latterly least less ltd made many may me meanwhile might ' +
    'mill mine more moreover most mostly move much must my myself name namely neither never nevertheless next ' +
    'nine no nobody none noone nor not nothing now nowhere of off often on once one only onto or other others ' +
    'otherwise our ours ourselves out over own part per perhaps please put rather re same see seem seemed ' +
    'seeming seems serious several she should show side since sincere six sixty so some somehow someone ' +
    'something sometime sometimes somewhere still such system take ten than that the their them themselves ' +
    'then thence there thereafter thereby therefore therein thereupon these they thickv thin third this those ' +
    'though three through throughout thru thus to together too top toward towards twelve twenty two un under ' +
    'until up upon us very via was we well were what whatever when whence whenever where whereafter whereas ' +
    'whereby wherein whereupon wherever whether which while whither who whoever whole whom whose why will ' +
    'with within without would yet you your yours yourself yourselves'
  ).split(' '),
);
