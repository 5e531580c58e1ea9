import { TAXONOMY_TEXT } from './taxonomy-text.js';

/** A category of arXiv's taxonomy. */
export interface TaxonomyCategory {
  /** `cs.CV`, `hep-th` */
  code: string;
  /** arXiv's name: `Computer Vision and Pattern Recognition`. */
  name: string;
  /** `Computer Science`, `Physics`, … */
  group: string;
  /** The part before the dot: `cs`. */
  archive: string;
  archiveName: string;
  /**
   * Whether new papers can be in it. This includes aliases: papers in an alias are also in the category that it
   * stands for.
   */
  isCurrent: boolean;
  /** Code of the category into which this one was merged, or of which it is an alias; null if there is none. */
  mergedInto: string | null;
}

/** The code, the name, and after `=` another code or nothing. */
const CATEGORY_LINE = /^(?<code>\S+) (?<name>[^=]+?)(?: =(?: (?<other>\S+))?)?$/;

/** Every category, current or not, in the taxonomy's order: groups by name, archives and codes by code. */
export const CATEGORIES: readonly TaxonomyCategory[] = readTaxonomy(TAXONOMY_TEXT);

/** arXiv's archives, including those that were merged into others (https://arxiv.org/category_taxonomy). */
export const ARCHIVES: ReadonlySet<string> = new Set(CATEGORIES.map(({ archive }) => archive));

/** `cs.CV` → `cs`, `hep-th` → `hep-th` */
export function toArchive(category: string): string {
  return category.split('.', 1)[0] ?? category;
}

const BY_CODE = new Map(CATEGORIES.map((category) => [category.code.toLowerCase(), category]));
const ARCHIVE_NAMES = new Map(CATEGORIES.map(({ archive, archiveName }) => [archive, archiveName]));

/** The category with this code, in upper or lower case; null if arXiv has none. */
export function findCategory(code: string): TaxonomyCategory | null {
  return BY_CODE.get(code.toLowerCase()) ?? null;
}

/** `math` → `Mathematics`; null if arXiv has no such archive. */
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
    // Aliases (`cs.NA` of `math.NA`) belong to a current archive and are still assigned.
    const isEnded = line.includes(' =') && !(code.includes('.') && other !== undefined);
    return [{ code, name, ...place, isCurrent: !isEnded, mergedInto: other ?? null }];
  });
}
