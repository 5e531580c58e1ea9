import type { Experiment, Recommendation, Report } from './report.js';
import { indexInWords } from './settings.js';

/** Whether a recommendation asks for any change. */
export function hasChanges({ index, environment }: Recommendation): boolean {
  return index !== null || Object.keys(environment).length > 0;
}

/** Commands that apply the recommendation of an experiment; empty if nothing should change. */
export function toCommands(
  { name: experiment, recommendation }: Pick<Experiment, 'name' | 'recommendation'>,
  report: Pick<Report, 'name' | 'experiments' | 'store'>,
): string[] {
  if (!hasChanges(recommendation)) return [];
  const { index, environment } = recommendation;
  const which = report.experiments.length > 1 ? ` --experiment ${experiment}` : '';
  return [
    `paperql tune apply ${report.name}${which}`,
    ...(index === null ? [] : [`#   indexes "${report.store.collection}" with ${indexInWords(index)}`]),
    ...Object.entries(environment).map(([name, value]) => `#   sets ${name}=${value} in .env`),
  ];
}
