import type { Experiment, Recommendation, Report } from './report.js';
import { indexInWords } from './settings.js';

/** Whether a recommendation asks for any change. */
export function hasChanges({ index, environment }: Recommendation): boolean {
  return index !== null || Object.keys(environment).length > 0;
}

/** What an operator types to apply what an experiment recommends; nothing where there is nothing to apply. */
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
