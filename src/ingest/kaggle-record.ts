import { z } from 'zod';

const text = z.string().nullish();

/** A line of Kaggle's arXiv metadata dump, as dirty as it comes; unknown fields are passed over. */
export const KaggleRecord = z.object({
  id: z.string(),
  submitter: text,
  /** All names in one string. */
  authors: text,
  title: z.string(),
  comments: text,
  'journal-ref': text,
  doi: text,
  'report-no': text,
  /** Codes separated by spaces, primary first; MSC and ACM classes may follow. */
  categories: text,
  license: text,
  abstract: z.string(),
  versions: z.array(z.object({ version: z.string(), created: z.string() })).nullish(),
  /** `YYYY-MM-DD` */
  update_date: text,
  /** `[family, given, suffix, …affiliations]` for each author. */
  authors_parsed: z.array(z.array(z.string())).nullish(),
  embedding: z.array(z.number()).nullish(),
});
export type KaggleRecord = z.infer<typeof KaggleRecord>;
