import { TAXONOMY_TEXT } from './taxonomy-text.js';

/** A category of arXiv's taxonomy. */
export interface TaxonomyCategory {
  /** `cs.CV`, `hep-th` */
  code: string;
  /** arXiv's own: `Computer Vision and Pattern Recognition`. */
  name: string;
  /** `Computer Science`, `Physics`, … */
  group: string;
  /** What stands before the dot: `cs`. */
  archive: string;
  archiveName: string;
  /** Whether new papers can be in it. An alias counts: papers in it are in the category that it stands for, too. */
  isCurrent: boolean;
  /** Code of the category that this one was merged into, or is another name of; null for none. */
  mergedInto: string | null;
}

/** The code, the name, and after `=` another code or nothing. */
const CATEGORY_LINE = /^(?<code>\S+) (?<name>[^=]+?)(?: =(?: (?<other>\S+))?)?$/;

/** Every category, current or not, in the taxonomy's order: groups by name, archives and codes by code. */
export const CATEGORIES: readonly TaxonomyCategory[] = readTaxonomy(TAXONOMY_TEXT);

/** arXiv's archives, those merged into others since included (https://arxiv.org/category_taxonomy). */
export const ARCHIVES: ReadonlySet<string> = new Set(CATEGORIES.map(({ archive }) => archive));

/** `cs.CV` → `cs`, `hep-th` → `hep-th` */
export function toArchive(category: string): string {
  return category.split('.', 1)[0] ?? category;
}

const BY_CODE = new Map(CATEGORIES.map((category) => [category.code.toLowerCase(), category]));
const ARCHIVE_NAMES = new Map(CATEGORIES.map(({ archive, archiveName }) => [archive, archiveName]));

/** The category with this code in any letter case; null when arXiv has none. */
export function findCategory(code: string): TaxonomyCategory | null {
  return BY_CODE.get(code.toLowerCase()) ?? null;
}

/** `math` → `Mathematics`; null when arXiv has no such archive. */
export function archiveName(archive: string): string | null {
  return ARCHIVE_NAMES.get(archive) ?? null;
}

function readTaxonomy(text: string): TaxonomyCategory[] {
  const place = { group: '', archive: '', archiveName: '' };
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('# ')) {
      place.group = line.slice(2);
      return [];
    }
    if (line.startsWith('## ')) {
      const [, archive = '', ...words] = line.split(' ');
      Object.assign(place, { archive, archiveName: words.join(' ') });
      return [];
    }
    const { code, name, other } = CATEGORY_LINE.exec(line)?.groups ?? {};
    if (code === undefined || name === undefined) return [];
    // Aliases (`cs.NA` of `math.NA`) are of an archive that goes on, and so are given to this day.
    const isEnded = line.includes(' =') && !(code.includes('.') && other !== undefined);
    return [{ code, name, ...place, isCurrent: !isEnded, mergedInto: other ?? null }];
  });
}
