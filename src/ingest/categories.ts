import { ARCHIVES, toArchive } from '../papers/archives.js';

const CODE = /^[a-z-]+(?:\.[a-z-]+)?$/i;

/**
 * arXiv's category codes, primary first, each once. MSC (`68T45`) and ACM (`I.2.10`) classes that stand among them are
 * of no archive and drop out.
 */
export function toCategories(codes: string): string[] {
  const written = codes.split(/[\s,;]+/).filter((code) => CODE.test(code));
  return [...new Set(written.map(toCode).filter((code) => ARCHIVES.has(toArchive(code))))];
}

/** In arXiv's own case: archives in small letters, subject classes in capitals (`LG`) unless they are words (`flu-dyn`). */
function toCode(code: string): string {
  const [archive = '', subject] = code.split('.');
  if (subject === undefined) return archive.toLowerCase();
  return `${archive.toLowerCase()}.${subject.length === 2 ? subject.toUpperCase() : subject.toLowerCase()}`;
}
