/** arXiv's archives, those merged into others since included (https://arxiv.org/category_taxonomy). */
export const ARCHIVES: ReadonlySet<string> = new Set(
  (
    'astro-ph cond-mat cs econ eess gr-qc hep-ex hep-lat hep-ph hep-th math math-ph nlin nucl-ex nucl-th physics ' +
    'q-bio q-fin quant-ph stat ' +
    'acc-phys adap-org alg-geom ao-sci atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas dg-ga funct-an mtrl-th ' +
    'patt-sol plasm-ph q-alg solv-int supr-con'
  ).split(' '),
);

/** `cs.CV` → `cs`, `hep-th` → `hep-th` */
export function toArchive(category: string): string {
  return category.split('.', 1)[0] ?? category;
}
