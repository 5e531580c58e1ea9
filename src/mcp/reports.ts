import {
  DATA_NOTE,
  day,
  writeListedPaper,
  writeWholePaper,
  lines,
  list,
  quote,
  quoteEntry,
  type ListedPaper,
} from './write-paper.js';
import type { AgentReport, ReportEntry } from './report.js';
import type {
  BrowseQuery,
  CitePapersQuery,
  CorpusInfoQuery,
  FindAuthorQuery,
  GetPapersQuery,
  RecommendPapersQuery,
  SearchPapersQuery,
  SimilarPapersQuery,
} from '../generated/tools.js';

/** The answers to the documents in `mcp/`. */
interface Answers {
  browse: BrowseQuery;
  cite_papers: CitePapersQuery;
  corpus_info: CorpusInfoQuery;
  find_author: FindAuthorQuery;
  get_papers: GetPapersQuery;
  recommend_papers: RecommendPapersQuery;
  search_papers: SearchPapersQuery;
  similar_papers: SimilarPapersQuery;
}

/** The arguments of a tool call. */
export type ToolArguments = Readonly<Record<string, unknown>>;

type Reports = {
  [Name in keyof Answers]: (answer: Answers[Name], asked: ToolArguments) => AgentReport | null;
};

/**
 * The report on each tool's answer; null if the main field failed, so that there is only the reason to report.
 */
export const REPORTS: Reports = {
  search_papers({ search }) {
    if (!search) return null;
    const { totalCount, degraded, interpretation } = search;
    const unknown = interpretation.unknownAuthors ?? [];
    const head = lines([
      degraded && `${degraded.message}.`,
      totalCount !== null && `Papers that pass all filters: ${totalCount.toLocaleString('en')}.`,
      interpretation.description && `Filters read from the query: ${quote(interpretation.description)}.`,
      ...unknown.map(({ name, didYouMean }) => writeUnknown(name, didYouMean)),
      search.edges.length > 0 && DATA_NOTE,
    ]);
    return reportPage(head, search, (page) => ({ search: { ...search, ...page } }));
  },

  similar_papers({ paper }, { id }) {
    if (!paper) {
      const text = `The corpus has no paper with the identifier ${quote(String(id))}.`;
      return { ...reportAlone(text, {}), isFailure: true };
    }
    const { similarConnection: connection } = paper;
    if (!connection) return null;
    const head = lines([`Papers closest in meaning to "${quote(paper.title)}", best first.`, DATA_NOTE]);
    return reportPage(head, connection, (page) => ({
      paper: { ...paper, similarConnection: { ...connection, ...page } },
    }));
  },

  recommend_papers({ recommend }) {
    if (!recommend) return null;
    const head = lines(['Recommended papers, best first.', DATA_NOTE]);
    return reportPage(head, recommend, (page) => ({ recommend: { ...recommend, ...page } }));
  },

  find_author({ author, suggest }, { name }) {
    const alike = (suggest ?? []).map(({ text, paperCount }) => withCount(text, paperCount));
    if (!author) {
      const head = lines([
        `The corpus has no author "${quote(String(name))}".`,
        alike.length > 0 && `Names with the same beginning: ${list(alike)}.`,
      ]);
      return reportAlone(head, { author, suggest });
    }
    const { firstYear, lastYear, variants, categories, coauthors, papers } = author;
    const head = lines([
      `${quote(author.name)}${papers ? `: ${counted(papers.totalCount ?? papers.edges.length, 'paper')}` : ''}` +
        (firstYear === null || lastYear === null ? '' : `, ${firstYear} to ${lastYear}`),
      variants && `Spellings: ${list(variants.map((each) => withCount(each.name, each.paperCount)))}`,
      categories &&
        `Categories: ${list(categories.map((each) => withCount(each.category.code, each.paperCount)))}`,
      coauthors &&
        coauthors.length > 0 &&
        `Co-authors: ${list(coauthors.map((each) => withCount(each.author.name, each.paperCount)))}`,
      papers && 'Papers, newest first. ' + DATA_NOTE,
    ]);
    if (!papers) return reportAlone(head, { author, suggest });
    return reportPage(head, papers, (page) => ({
      author: { ...author, papers: { ...papers, ...page } },
      suggest,
    }));
  },

  get_papers({ papers }, { ids }) {
    return reportById('get_papers', papers ?? [], ids, writeWholePaper);
  },

  cite_papers({ papers }, { ids }) {
    return reportById('cite_papers', papers ?? [], ids, ({ bibtex }) => quoteEntry(bibtex));
  },

  browse({ search }) {
    if (!search?.facets) return null;
    const { facets, totalCount, interpretation } = search;
    const head = lines([
      totalCount !== null && `Papers that pass all filters: ${totalCount.toLocaleString('en')}.`,
      interpretation.description && `Filters read from the query: ${quote(interpretation.description)}.`,
      facets.length === 0 && 'There are no values to count.',
      ...facets.map(writeBucket),
    ]);
    return reportAlone(head, { search });
  },

  corpus_info({ corpus, search }) {
    if (!corpus) return null;
    const head = lines([
      `${writeCorpus(corpus)} It holds titles, abstracts and metadata from arXiv, and no full texts.`,
      `Collection: ${corpus.collection}. Embedding model: ${corpus.embeddingModel}.`,
      search?.facets ? 'Papers by archive; a paper counts in each of its archives:' : null,
      ...(search?.facets ?? []).map(writeBucket),
    ]);
    return reportAlone(head, { corpus, search });
  },
};

/** The number of papers, and their first and last dates. */
export function writeCorpus({ count, earliest, latest }: NonNullable<CorpusInfoQuery['corpus']>): string {
  const span = earliest && latest ? `, submitted from ${day(earliest)} until ${day(latest)}` : '';
  return `The corpus has ${counted(count, 'paper')}${span}.`;
}

function reportAlone(head: string, content: Record<string, unknown>): AgentReport {
  return { head, entries: [], finish: () => ({ foot: '', content }) };
}

interface ResultPage {
  edges: { cursor: string; node: { rank: number; paper: ListedPaper } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A page of results. If it is cut, it becomes a shorter page, as if fewer papers had been requested. */
function reportPage(
  head: string,
  { edges, pageInfo }: ResultPage,
  toContent: (page: ResultPage) => Record<string, unknown>,
): AgentReport {
  const entries = edges.map((edge): ReportEntry => {
    const { paper, rank } = edge.node;
    return { text: writeListedPaper(paper, rank), value: edge };
  });
  return {
    head: edges.length > 0 ? head : lines([head, 'No papers here.']),
    entries,
    finish(shown) {
      const kept = edges.slice(0, shown);
      const info =
        shown < edges.length ? { hasNextPage: true, endCursor: kept.at(-1)?.cursor ?? null } : pageInfo;
      const foot = info.hasNextPage
        ? `There are more papers: call again with the same arguments and after = "${info.endCursor ?? ''}".`
        : '';
      return { foot, content: toContent({ edges: kept, pageInfo: info }) };
    },
  };
}

/** Papers requested by id. If they are cut, the foot names the ids to request next. */
function reportById<Paper extends { id: string }>(
  tool: string,
  papers: readonly (Paper | null)[],
  ids: unknown,
  write: (paper: Paper) => string,
): AgentReport {
  const asked = Array.isArray(ids) ? ids.map(String) : [String(ids)];
  if (asked.length === 0) {
    return {
      ...reportAlone('"ids" names no paper; expected at least one arXiv identifier', {}),
      isFailure: true,
    };
  }
  const found = papers.flatMap((paper, at) => (paper ? [{ paper, at }] : []));
  return {
    head: found.length > 0 ? DATA_NOTE : '',
    entries: found.map(({ paper }) => ({ text: write(paper), value: paper })),
    finish(shown) {
      const next = found.slice(shown).map(({ paper, at }) => asked[at] ?? paper.id);
      return {
        foot: next.length > 0 ? `More follow: call ${tool} with ids = ${JSON.stringify(next)}.` : '',
        content: {
          papers: found.slice(0, shown).map(({ paper }) => paper),
          ...(next.length > 0 && { nextIds: next }),
        },
      };
    },
  };
}

function writeUnknown(name: string, alike: readonly string[]): string {
  const names = list(alike.map(quote));
  return `The corpus has no author "${quote(name)}"${names ? `; did you mean ${names}?` : '.'}`;
}

function writeBucket({ label, value, count }: { label: string; value: string; count: number }): string {
  return `- ${quote(label)}${label === value || label.endsWith(`(${value})`) ? '' : ` (${quote(value)})`}: ${count}`;
}

function withCount(name: string, count: number | null): string {
  return count === null ? quote(name) : `${quote(name)} (${count})`;
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count.toLocaleString('en')} ${what}s`;
}
