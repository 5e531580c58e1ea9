import type { ReportsOptions } from './tune-options.js';
import { formatComparison } from '../tuning/compare.js';
import { readReport } from '../tuning/write-report.js';

/** Prints what differs between two reports. @throws StartupError when one of them cannot be read. */
export async function compare(a: string, b: string, { reports }: ReportsOptions): Promise<void> {
  console.log(formatComparison(await readReport(reports, a), await readReport(reports, b)));
}
