import type { HostileRequest } from './hostile-requests.js';

/** Something that must not happen, and what makes it happen again. */
export interface Finding {
  complaint: string;
  /** Index of the operation; undefined when no single one is to blame. */
  index?: number;
  request?: HostileRequest;
}

/** With this many there is no need to go on. */
const MOST_FINDINGS = 20;
/** Findings of one kind that are worth reading. */
const MOST_OF_A_KIND = 3;

export type Findings = ReturnType<typeof collectFindings>;

export function collectFindings() {
  const list: Finding[] = [];
  const kindOf = ({ complaint }: Finding) => complaint.replaceAll(/\d+/g, '');
  return {
    list,
    add(finding: Finding): void {
      const known = list.filter((each) => kindOf(each) === kindOf(finding));
      if (known.length < MOST_OF_A_KIND) list.push(finding);
    },
    areMany: () => list.length >= MOST_FINDINGS,
  };
}
