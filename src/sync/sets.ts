import leven from 'leven';
import type { OaiServer } from './oai-server.js';
import { SourceError } from './turns.js';
import { StartupError } from '../errors/errors.js';

const MOST_SUGGESTED = 3;

/**
 * Checks names of sets against the server's list.
 *
 * @throws StartupError that names each wrong one, and the right ones most similar to it.
 */
export async function checkSets(names: readonly string[], server: OaiServer): Promise<void> {
  if (names.length === 0) return;
  const known = await listSets(server);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length === 0) return;
  const sentences = wrong.map((name) => {
    const nearest = nearestSets(name, known).join(', ');
    return `--set ${name}: arXiv has no such set; the closest are ${nearest}`;
  });
  throw new StartupError(sentences.join('\n'));
}

async function listSets(server: OaiServer): Promise<string[]> {
  const specs: string[] = [];
  for (let token: string | null = null; ;) {
    const args: Record<string, string> = token === null ? {} : { resumptionToken: token };
    const page = await server.ask({ verb: 'ListSets', ...args }, () =>
      Promise.resolve(async () => undefined),
    );
    if (page.error) throw new SourceError(`ListSets: ${page.error.code}: ${page.error.message}`);
    specs.push(...page.sets.map(({ spec }) => spec));
    if (page.token === null || page.token === token) return specs;
    token = page.token;
  }
}

/**
 * The right names most similar to a wrong one, which is often the category's code: `cs.LG`, `LG`, `hep-th`.
 */
function nearestSets(name: string, known: readonly string[]): string[] {
  const typed = toComparable(name);
  const distanceOf = (spec: string) => Math.min(...abbreviate(spec).map((each) => leven(typed, each)));
  return known
    .map((spec) => ({ spec, distance: distanceOf(spec) }))
    .sort((a, b) => a.distance - b.distance || (a.spec < b.spec ? -1 : 1))
    .slice(0, MOST_SUGGESTED)
    .map(({ spec }) => spec);
}

/** The name, the name without the group, and the name without group and archive. */
function abbreviate(spec: string): string[] {
  const parts = toComparable(spec).split(':');
  return parts.map((_part, at) => parts.slice(at).join(':'));
}

function toComparable(name: string): string {
  return name.trim().toLowerCase().replaceAll('.', ':');
}

/** Removes sets that another one includes: `cs:cs:LG` if there is `cs`. */
export function withoutIncluded(names: readonly string[]): string[] {
  const distinct = [...new Set(names)];
  return distinct.filter((name) => !distinct.some((other) => name.startsWith(`${other}:`)));
}
