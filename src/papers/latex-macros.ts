/** Text accents: the combining mark for each macro, by the name of the macro without its backslash. */
export const TEXT_ACCENTS: Readonly<Record<string, string>> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  r: '\u030a',
  H: '\u030b',
  v: '\u030c',
  d: '\u0323',
  textcommabelow: '\u0326',
  c: '\u0327',
  k: '\u0328',
  b: '\u0331',
};

/** Control sequences that LaTeX knows without a package, and that occur in titles and names. */
const MACROS: ReadonlySet<string> = new Set([
  ...Object.keys(TEXT_ACCENTS),
  ...'# $ % & _ { } \\ , ; : ! > - / @ ( ) [ ] |'.split(' '),
  ' ',
  ...(
    'i j o O l L ss SS ae AE oe OE aa AA dh DH dj DJ th TH ng NG t ' +
    'S P dag ddag copyright pounds dots ldots quad qquad TeX LaTeX textbackslash textasciitilde textasciicircum ' +
    'textexclamdown textquestiondown textregistered texttrademark textdegree textbullet textperiodcentered ' +
    'texteuro textordfeminine textordmasculine textless textgreater textbar lbrace rbrace slash ' +
    'guillemotleft guillemotright guilsinglleft guilsinglright quotedblbase quotesinglbase ' +
    'emph textbf textit textrm textsc textsf textsl texttt textup textmd textnormal textsuperscript textsubscript ' +
    'em bf it rm sc sf sl tt bfseries itshape scshape mbox underline ensuremath ' +
    // Mathematics.
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho ' +
    'sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ' +
    'hat widehat tilde widetilde bar breve check acute grave dot ddot vec overline underbar not frac sqrt ' +
    'pm mp times div ast star circ bullet cdot cap cup uplus sqcap sqcup vee wedge setminus wr diamond amalg ' +
    'bigtriangleup bigtriangledown triangleleft triangleright oplus ominus otimes oslash odot bigcirc dagger ddagger ' +
    'le leq ge geq equiv prec succ preceq succeq sim simeq ll gg asymp subset supset subseteq supseteq approx cong ' +
    'ne neq doteq propto models perp mid parallel vdash dashv in ni notin bowtie smile frown ' +
    'leftarrow rightarrow to gets leftrightarrow uparrow downarrow updownarrow Leftarrow Rightarrow Leftrightarrow ' +
    'Uparrow Downarrow mapsto longleftarrow longrightarrow longleftrightarrow hookrightarrow hookleftarrow ' +
    'nearrow searrow swarrow nwarrow rightharpoonup rightharpoondown leftharpoonup leftharpoondown rightleftharpoons ' +
    'aleph hbar imath jmath ell wp Re Im prime emptyset nabla surd top bot angle forall exists neg flat natural sharp ' +
    'partial infty clubsuit diamondsuit heartsuit spadesuit triangle cdots vdots ddots ' +
    'sum prod coprod int oint bigcap bigcup bigvee bigwedge bigoplus bigotimes ' +
    'langle rangle lfloor rfloor lceil rceil Vert vert mathrm mathbf mathit mathcal mathsf mathtt'
  ).split(' '),
]);

const MACRO = /\\(?:([a-zA-Z]+)|([^]))/g;

/** Whether LaTeX knows every macro of the text without packages. */
export function isStandardLatex(text: string): boolean {
  return Array.from(text.matchAll(MACRO)).every(([, name, sign]) => MACROS.has(name ?? sign ?? ''));
}
