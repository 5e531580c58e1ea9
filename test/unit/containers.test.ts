import { afterEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import {
  instructionsOf,
  isSent,
  readCompose,
  readDockerfile,
  toContextPaths,
  toPairs,
  unescape,
  valuesOf,
  type Instruction,
} from '../support/container-files.js';
import { parseConfig } from '../../src/config/config.js';
import { packagePath } from '../../src/package-root.js';

/** Tests of the container files, as far as they are possible without a container engine. */

const { services, volumes } = readCompose();
const { paperql, qdrant } = services;
const stages = readDockerfile();
const full = instructionsOf(stages, 'full');
const slim = instructionsOf(stages, 'slim');
const imageEnvironment = Object.fromEntries(
  toPairs(valuesOf(full, 'ENV').flatMap((line) => line.split(' '))),
);
const composeEnvironment = toPairs(paperql.environment);

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

describe('the configuration that the containers set', () => {
  test('without a key, compose uses its Qdrant and the local model, and listens outside the container', () => {
    const set = composeEnvironment.filter(([, value]) => value !== undefined);
    expect(parseConfig({ ...imageEnvironment, ...Object.fromEntries(set) })).toMatchObject({
      production: true,
      host: '0.0.0.0',
      port: 4000,
      store: { kind: 'qdrant', url: 'http://qdrant:6333' },
      embedder: { kind: 'local' },
    });
  });

  test('every variable is one that PaperQL reads', () => {
    const names = [...Object.keys(imageEnvironment), ...composeEnvironment.map(([name]) => name)];
    // Read by the ONNX runtime, the system's allocator and OpenTelemetry.
    expect(names.filter((name) => !isRead(name))).toEqual([
      'ORT_DISABLE_TELEMETRY',
      'MALLOC_ARENA_MAX',
      'OTEL_SERVICE_NAME',
    ]);
    expect(isRead('PAPERQL_PORT')).toBe(false);
  });

  test('the ONNX runtime’s telemetry is off', () => {
    expect(imageEnvironment).toMatchObject({ ORT_DISABLE_TELEMETRY: '1' });
  });

  test('compose passes on every documented setting except for addresses and the data folder', () => {
    const documented = readFileSync(packagePath('.env.example'), 'utf8').matchAll(/^#? ?([A-Z_]+)=/gm);
    const passed = composeEnvironment.map(([name]) => name);
    const left = Array.from(documented, ([, name]) => name).filter((name) => !passed.includes(name ?? ''));
    expect(left.sort()).toEqual(['DATA_DIR', 'HOST', 'PORT']);
  });
});

describe('the Dockerfile', () => {
  test('ends with the full image', () => {
    expect(stages.at(-1)?.name).toBe('full');
    expect(paperql.build.target).toBe('full');
  });

  test.each([
    ['slim', slim],
    ['full', full],
  ])('%s runs the server as an unprivileged user and has a health check', (_name, image) => {
    expect(valuesOf(image, 'USER').at(-1)).toBe('1000:1000');
    expect(JSON.parse(valuesOf(image, 'CMD').at(-1) ?? '')).toEqual(['node', 'dist/main.js', 'serve']);
    expect(valuesOf(image, 'HEALTHCHECK')).toHaveLength(1);
    expect(valuesOf(image, 'EXPOSE')).toEqual([imageEnvironment['PORT']]);
  });

  test('every base image has a version', () => {
    const names = stages.map(({ name }) => name);
    const bases = stages
      .map(({ from }) => from)
      .filter((from) => !names.includes(from) && from !== 'scratch');
    for (const base of bases) expect(base).toMatch(/^[a-z/]+:\d[\w.-]*$/);
    expect(bases.length).toBeGreaterThan(0);
  });

  test('every file that it copies exists and is sent to the builder', () => {
    const copied = stages
      .flatMap(({ instructions }) => valuesOf(instructions, 'COPY'))
      .flatMap(toContextPaths);
    expect(copied.filter((file) => !existsSync(packagePath(file)))).toEqual([]);
    expect(copied.filter((file) => !isSent(file))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'src/', 'schema/', 'models/', 'sample/']));
  });

  test('only the full image has the model and the optional packages', () => {
    const copies = (image: Instruction[]) => valuesOf(image, 'COPY').join('\n');
    expect(copies(full)).toMatch(/^models\/ /m);
    expect(copies(slim)).not.toMatch(/models/);
    expect(copies(full)).toMatch(/--from=full-dependencies/);
    expect(copies(slim)).toMatch(/--from=slim-dependencies/);
    expect(valuesOf(instructionsOf(stages, 'slim-dependencies'), 'RUN').join()).toMatch(
      /npm ci .*--omit=optional/,
    );
    expect(valuesOf(instructionsOf(stages, 'full-dependencies'), 'RUN').join()).not.toMatch(
      /--omit=optional/,
    );
  });

  test('the parts of the ONNX runtime that it removes exist, and do not include Linux', () => {
    const systems = valuesOf(instructionsOf(stages, 'full-dependencies'), 'RUN')
      .join()
      .matchAll(/onnxruntime-node\/bin\/\*\/(\w+)/g);
    const removed = Array.from(systems, ([, system]) => system ?? '');
    expect(removed).toEqual(['darwin', 'win32']);
    for (const system of [...removed, 'linux']) {
      expect(existsSync(packagePath('node_modules/onnxruntime-node/bin/napi-v6', system))).toBe(true);
    }
  });

  test('history, data, keys and files built elsewhere are excluded', () => {
    const kept = [
      '.git',
      'node_modules',
      'data',
      '.env',
      '.env.production',
      'dist',
      'explorer/dist',
      'explorer/node_modules',
      'scripts/report-cleaning.ts',
      'build',
      'build-x',
      'coverage',
      'x.log',
    ];
    expect(kept.filter(isSent)).toEqual([]);
  });

  test('its health check passes only if /healthz returns 200', async () => {
    const command = z.array(z.string()).parse(
      JSON.parse(
        valuesOf(full, 'HEALTHCHECK')
          .join()
          .replace(/^.*?CMD /, ''),
      ),
    );
    const run = (port: number) => exitCode(command, { PORT: String(port) });
    expect(await run(await listen('/healthz', 200))).toBe(0);
    expect(await run(await listen('/healthz', 503))).toBe(1);
    expect(await run(await unusedPort())).toBe(1);
  });
});

describe('docker-compose.yml', () => {
  test('publishes the server, on loopback only, but not Qdrant', () => {
    expect(paperql.ports).toEqual([`127.0.0.1:\${PORT:-4000}:${imageEnvironment['PORT']}`]);
    expect(qdrant.ports).toBeUndefined();
  });

  test('specifies the exact release of Qdrant', () => {
    expect(qdrant.image).toMatch(/^qdrant\/qdrant:v1\.18\.\d+(-unprivileged)?$/);
  });

  test('waits until Qdrant is ready, and keeps the data of both in volumes', () => {
    expect(paperql.depends_on).toEqual({ qdrant: { condition: 'service_healthy' } });
    const mounts = [...paperql.volumes, ...qdrant.volumes].map((mount) => mount.split(':'));
    expect(mounts).toEqual([
      [expect.any(String), imageEnvironment['DATA_DIR']],
      [expect.any(String), '/qdrant/storage'],
      [expect.any(String), '/qdrant/snapshots'],
    ]);
    expect(Object.keys(volumes)).toEqual(mounts.map(([name]) => name));
  });

  test('drops privileges that the services do not need', () => {
    for (const service of [paperql, qdrant]) {
      expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
    expect(paperql).toMatchObject({ read_only: true, init: true });
  });

  test.each([
    ['paperql', paperql],
    ['qdrant', qdrant],
  ])('limits the memory, processors and processes of %s', (name, service) => {
    const prefix = name.toUpperCase();
    expect(service.mem_limit).toMatch(new RegExp(`^\\$\\{${prefix}_MEMORY:-\\d+g\\}$`));
    expect(service.cpus).toMatch(new RegExp(`^\\$\\{${prefix}_CPUS:-\\d+\\}$`));
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  test("Qdrant's health check passes only if /readyz returns 200", async () => {
    const [kind, ...command] = qdrant.healthcheck.test;
    const run = (port: number) =>
      exitCode(command.map((word) => unescape(word).replace('/6333', `/${port}`)));
    expect(kind).toBe('CMD');
    expect(await run(await listen('/readyz', 200))).toBe(0);
    expect(await run(await listen('/readyz', 503))).not.toBe(0);
    expect(await run(await unusedPort())).not.toBe(0);
  });

  test.each([
    ['passes the key on', 'secret "$1"', 'secret "$1"'],
    ['requires no key if the variable is empty', '', 'none'],
    ['requires no key if the variable is not set', undefined, 'none'],
  ])('Qdrant %s', async (_name, key, expected) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'paperql-compose-'));
    try {
      const entrypoint = '#!/bin/sh\n[ "${QDRANT__SERVICE__API_KEY-none}" = "$EXPECTED" ]\n';
      await writeFile(path.join(folder, 'entrypoint.sh'), entrypoint, { mode: 0o755 });
      const environment = { EXPECTED: expected, ...(key !== undefined && { QDRANT_API_KEY: key }) };
      expect(await exitCode(qdrant.command.map(unescape), environment, folder)).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** A variable is read if an unusual value changes the configuration or is a mistake. */
function isRead(name: string): boolean {
  const traced = {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '1',
  };
  const bases = [
    { NODE_ENV: 'production' },
    { NODE_ENV: 'production', QDRANT_URL: 'http://qdrant:6333', OPENAI_API_KEY: 'key' },
    traced,
    { ...traced, OTEL_SDK_DISABLED: 'true' },
  ];
  return bases.some((base) => outcome({ ...base, [name]: '?!' }) !== outcome(base));
}

function outcome(environment: Record<string, string>): string {
  try {
    return JSON.stringify(parseConfig(environment));
  } catch (error) {
    return String(error);
  }
}

/** The port of a server that answers this path with this status, and all others with 404. */
async function listen(url: string, status: number): Promise<number> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === url ? status : 404).end('answer');
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP port');
  return address.port;
}

async function unusedPort(): Promise<number> {
  const port = await listen('/', 200);
  await new Promise((done) => servers.pop()?.close(done));
  return port;
}

function exitCode([program = '', ...words]: string[], environment = {}, folder = tmpdir()): Promise<unknown> {
  const options = {
    cwd: folder,
    env: { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, ...environment },
  };
  return new Promise((done) => {
    execFile(program, words, options, (error) => done(error ? error.code : 0));
  });
}
