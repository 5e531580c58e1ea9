import type { HostileRequest } from './hostile-requests.js';

/** Something that must not happen, and how to reproduce it. */
export interface Finding {
  complaint: string;
  /** Index of the operation; undefined if no single one is the cause. */
  index?: number;
  request?: HostileRequest;
}

/** The fuzzer stops after this many findings. */
const MOST_FINDINGS = 20;
/** Maximum number of reported findings of one kind. */
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
