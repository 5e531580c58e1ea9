import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { packagePath } from '../../src/package-root.js';

/** Read the Dockerfile, .dockerignore and docker-compose.yml. They support only the syntax that these files use. */

export function readCompose() {
  const service = z.object({
    image: z.string(),
    environment: z.array(z.string()),
    volumes: z.array(z.string()),
    ports: z.array(z.string()).optional(),
    cap_drop: z.array(z.string()),
    security_opt: z.array(z.string()),
    mem_limit: z.string(),
    cpus: z.string(),
    pids_limit: z.number(),
    init: z.boolean().optional(),
    stop_grace_period: z.string().optional(),
    read_only: z.boolean().optional(),
  });
  const file = z.object({
    services: z.object({
      paperql: service.extend({ build: z.object({ target: z.string() }), depends_on: z.unknown() }),
      qdrant: service.extend({
        command: z.array(z.string()),
        healthcheck: z.object({ test: z.array(z.string()) }),
      }),
    }),
    volumes: z.record(z.string(), z.null()),
  });
  return file.parse(parse(readFileSync(packagePath('docker-compose.yml'), 'utf8')));
}

export interface Instruction {
  keyword: string;
  value: string;
}

export interface Stage {
  name: string;
  from: string;
  instructions: Instruction[];
}

/** The stages in order, without comments and with continued lines joined. */
export function readDockerfile(): Stage[] {
  const text = readFileSync(packagePath('Dockerfile'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '');
  return text
    .trim()
    .split(/^(?=FROM )/m)
    .map(toStage);
}

function toStage(text: string): Stage {
  const [head = '', ...lines] = text.trim().split(/\n+/);
  const [, from, name] = /^FROM (\S+) AS (\S+)$/.exec(head) ?? [];
  if (!from || !name) throw new Error(`Expected "FROM image AS name", found "${head}"`);
  const instructions = lines.map((line) => ({
    keyword: line.split(' ', 1).join(),
    value: line.replace(/^\S+ /, ''),
  }));
  return { name, from, instructions };
}

/** A stage's instructions, preceded by those of the stages that it builds on. */
export function instructionsOf(stages: readonly Stage[], name: string): Instruction[] {
  const stage = stages.find((candidate) => candidate.name === name);
  return stage ? [...instructionsOf(stages, stage.from), ...stage.instructions] : [];
}

export function valuesOf(instructions: readonly Instruction[], keyword: string): string[] {
  return instructions.filter((instruction) => instruction.keyword === keyword).map(({ value }) => value);
}

/** The paths that a COPY reads from the build context. */
export function toContextPaths(copy: string): string[] {
  return copy.startsWith('--from=') ? [] : copy.split(' ').slice(0, -1);
}

/**
 * Whether .dockerignore lets the engine see a file or folder. The last line that matches it or one of its parent folders decides.
 */
export function isSent(file: string): boolean {
  const rules = readFileSync(packagePath('.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const parts = file.replace(/\/$/, '').split('/');
  const matching = ['*', ...parts.map((_part, at) => parts.slice(0, at + 1).join('/'))];
  const anywhere = parts.map((part) => `**/${part}`);
  const last = rules.findLast((rule) => [...matching, ...anywhere].includes(rule.replace(/^!/, '')));
  return last === undefined || last.startsWith('!');
}

/** Splits `NAME=value`. In a Compose file, `NAME` alone passes on the variable. */
export function toPairs(entries: readonly string[]): [string, string | undefined][] {
  return entries.map((entry) => {
    const [name = '', ...value] = entry.split('=');
    return [name, value.length > 0 ? value.join('=') : undefined];
  });
}

/** Compose reads `$$` as one `$`. */
export function unescape(text: string): string {
  return text.replaceAll('$$', '$');
}
