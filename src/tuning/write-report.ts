import { access, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Draw } from './draw.js';
import { toPage } from './page.js';
import { Report } from './report.js';
import { StartupError, toError } from '../errors/errors.js';
import { writeWhole } from '../write-whole.js';

/** @throws StartupError if a report with that name exists: measurements are not overwritten. */
export async function requireFreeName(folder: string, name: string): Promise<void> {
  for (const ending of ['json', 'html']) {
    const file = path.join(folder, `${name}.${ending}`);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) throw new StartupError(`--name ${name}: the report ${file} already exists`);
  }
}

/**
 * Creates the folder if necessary, and writes a test file. Called before hours of measuring rather than after.
 *
 * @throws StartupError if the path is not a folder or is not writable.
 */
export async function requireWritable(folder: string, name: string): Promise<void> {
  try {
    await writeWhole(path.join(folder, `${name}.json`), '');
    await rm(path.join(folder, `${name}.json`));
  } catch (error) {
    throw new StartupError(`--reports ${folder}: expected a writable folder (${toError(error).message})`, {
      cause: error,
    });
  }
}

/** @returns the files written: the figures, and the page if it can be drawn. */
export async function writeReport(folder: string, report: Report, draw: Draw | null): Promise<string[]> {
  const json = path.join(folder, `${report.name}.json`);
  await writeWhole(json, `${JSON.stringify(report)}\n`);
  if (!draw) return [json];
  const html = path.join(folder, `${report.name}.html`);
  await writeWhole(html, await toPage(report, draw));
  return [json, html];
}

/**
 * @param named the name of a report in the folder, or a file.
 * @throws StartupError if there is no such file, or it is not a report.
 */
export async function readReport(folder: string, named: string): Promise<Report> {
  const file = /\.json$/i.test(named) ? named : path.join(folder, `${named}.json`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new StartupError(`${file}: cannot read a report (${toError(error).message})`);
  }
  const report = Report.safeParse(json);
  if (report.success) return report.data;
  const [issue] = report.error.issues;
  throw new StartupError(
    `${file} is not a report of paperql tune: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
