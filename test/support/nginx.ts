import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Agent, fetch as fetchBy } from 'undici';
import { packagePath } from '../../src/package-root.js';
import { findProgram } from './programs.js';

/** The committed configuration. */
const NGINX_CONF = packagePath('deploy', 'nginx.conf');

/** Parts of the configuration that differ on this machine: ports, servers, files that nginx writes, and its certificate. */
const PLACES = {
  http: 'listen 8080 ',
  https: 'listen 8443 ',
  health: 'listen 127.0.0.1:8081;',
  servers: ['server paperql-1:4000 ', 'server paperql-2:4000 '],
  certificates: '/etc/nginx/tls/',
  temporary: '/tmp/nginx',
  errors: '/dev/stderr',
  requests: '/dev/stdout',
} as const;

export interface Nginx {
  /** `https://localhost:…` */
  url: string;
  /** The address without TLS. */
  plainUrl: string;
  healthUrl: string;
  /** The self-signed certificate, which is its own authority. */
  certificate: string;
  /** Sends requests as a browser does: over HTTP/2, and verifies the certificate. */
  fetch: typeof globalThis.fetch;
  /** The access log and the error log so far. */
  readLogs(): Promise<{ requests: Record<string, unknown>[]; errors: string }>;
  close(): Promise<void>;
}

const run = promisify(execFile);

/**
 * Starts this machine's nginx with the committed configuration, as a proxy for one server on loopback, or for two that share the
 * load.
 */
export async function startNginx(urls: readonly string[]): Promise<Nginx> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-nginx-'));
  // When root starts nginx, its workers run as another user.
  await chmod(folder, 0o755);
  const certificate = await makeCertificate(folder);
  const { ports, child } = await listen(folder, urls);
  const url = `https://localhost:${ports.https}`;
  const agent = new Agent({ allowH2: true, connect: { ca: certificate } });
  return {
    url,
    plainUrl: `http://127.0.0.1:${ports.http}`,
    healthUrl: `http://127.0.0.1:${ports.health}`,
    certificate,
    // The same function as Node's own, which does not accept an agent from another release of undici.
    fetch: ((input: string, init = {}) =>
      fetchBy(input, { ...init, dispatcher: agent })) as unknown as typeof globalThis.fetch,
    async readLogs() {
      const lines = (await readFile(path.join(folder, 'requests.log'), 'utf8')).trim().split('\n');
      return {
        requests: lines.filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>),
        errors: await readFile(path.join(folder, 'errors.log'), 'utf8'),
      };
    },
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      // After nginx, because an answer that a failed test has not read would block it.
      await agent.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

interface Ports {
  http: number;
  https: number;
  health: number;
}

const MOST_TRIES = 5;

/** nginx cannot choose its ports. They are free when they are chosen here, but may be taken before nginx starts. */
async function listen(
  folder: string,
  urls: readonly string[],
): Promise<{ ports: Ports; child: ChildProcess }> {
  for (let tries = 1; ; tries++) {
    const [http = 0, https = 0, health = 0] = await freePorts(3);
    const ports = { http, https, health };
    const file = path.join(folder, 'nginx.conf');
    await writeFile(file, toLocalConf(readFileSync(NGINX_CONF, 'utf8'), folder, ports, urls));
    const errors = path.join(folder, 'errors.log');
    const child = spawn(findProgram('nginx'), ['-e', errors, '-c', file, '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    if (await isListening(child, path.join(folder, 'nginx.pid'))) return { ports, child };
    const reason = await readFile(errors, 'utf8');
    if (tries === MOST_TRIES || !reason.includes('Address already in use')) {
      throw new Error(`nginx did not start:\n${reason}`);
    }
  }
}

/** nginx writes this file once its ports are open. */
async function isListening(child: ChildProcess, pidFile: string): Promise<boolean> {
  while (child.exitCode === null) {
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    if (pid.trim() === String(child.pid)) return true;
    await setTimeout(5);
  }
  return false;
}

/** Adapts the configuration to this machine. Every place must be found, so that nothing listens or writes elsewhere. */
function toLocalConf(conf: string, folder: string, ports: Ports, urls: readonly string[]): string {
  const upstreams = PLACES.servers.map((place, at) => {
    const { host } = new URL(urls[at] ?? urls[0] ?? '');
    return [place, `server ${host} `] as const;
  });
  const replacements = [
    [PLACES.http, `listen 127.0.0.1:${ports.http} `],
    [PLACES.https, `listen 127.0.0.1:${ports.https} `],
    [PLACES.health, `listen 127.0.0.1:${ports.health};`],
    ...(urls.length > 1 ? upstreams : upstreams.slice(0, 1)),
    [PLACES.certificates, `${folder}/`],
    [PLACES.temporary, `${folder}/nginx`],
    [PLACES.errors, `${folder}/errors.log`],
    [PLACES.requests, `${folder}/requests.log`],
  ] as const;
  const alone = urls.length > 1 ? conf : conf.replace(/^ *server paperql-2:4000 .*\n/m, '');
  return replacements.reduce((text, [place, here]) => {
    if (!text.includes(place)) throw new Error(`Expected "${place}" in ${NGINX_CONF}`);
    return text.replaceAll(place, here);
  }, alone);
}

/** Creates a key and a self-signed certificate that is valid only for `localhost`. */
async function makeCertificate(folder: string): Promise<string> {
  const file = path.join(folder, 'fullchain.pem');
  try {
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'],
      ...['-keyout', path.join(folder, 'privkey.pem'), '-out', file],
    ]);
  } catch (error) {
    throw new Error(
      'Could not make a certificate; is openssl installed (on Debian: apt-get install openssl)?',
      {
        cause: error,
      },
    );
  }
  return readFile(file, 'utf8');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      // An AddressInfo, because the server listens on a port.
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, 'close');
      return port;
    }),
  );
}
