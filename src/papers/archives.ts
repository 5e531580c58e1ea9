import { CATEGORIES } from './taxonomy.js';

/** arXiv's archives, those merged into others since included (https://arxiv.org/category_taxonomy). */
export const ARCHIVES: ReadonlySet<string> = new Set(CATEGORIES.map(({ archive }) => archive));

/** `cs.CV` → `cs`, `hep-th` → `hep-th` */
export function toArchive(category: string): string {
  return category.split('.', 1)[0] ?? category;
}
