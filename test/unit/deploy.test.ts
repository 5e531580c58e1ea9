import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import {
  containersOf,
  deployPath,
  findTypeErrors,
  isSelected,
  kubernetesFiles,
  nginxDirectives,
  podMakers,
  readDeployedCompose,
  readKustomization,
  readManifests,
  readPrometheus,
  type Manifest,
} from '../support/deploy-files.js';
import {
  instructionsOf,
  readCompose,
  readDockerfile,
  toPairs,
  valuesOf,
} from '../support/container-files.js';
import { toStopMs } from '../../src/commands/serve.js';
import { parseConfig } from '../../src/config/config.js';
import { packagePath } from '../../src/package-root.js';
import { createHttpServer } from '../../src/server/http-server.js';

/** Tests of the files in deploy/, as far as they are possible without engines and clusters. */

const imageEnvironment = Object.fromEntries(
  toPairs(valuesOf(instructionsOf(readDockerfile(), 'full'), 'ENV').flatMap((line) => line.split(' '))),
);
const port = imageEnvironment['PORT'] ?? '';
const documented = Array.from(
  readFileSync(packagePath('.env.example'), 'utf8').matchAll(/^#? ?([A-Z_]+)=/gm),
  ([, name]) => name,
);

const isMissing = (name: string) => !documented.includes(name);

const LintResults = z.array(z.object({ messages: z.array(z.unknown()) }));

const deployed = readDeployedCompose({
  QDRANT_API_KEY: 'a-key',
  ALLOWED_HOSTS: 'papers.example.org',
  GRAFANA_PASSWORD: 'a-password',
});

describe('deploy/compose.yml', () => {
  const { services, networks, volumes } = deployed;
  const service = (name: string) => {
    const found = services[name];
    if (!found) throw new Error(`Expected a service ${name}`);
    return found;
  };
  const named = (pattern: RegExp) => Object.entries(services).filter(([name]) => pattern.test(name));
  const servers = named(/^paperql-/);
  const nodes = named(/^qdrant-/);
  const settings = service('paperql-1').environment ?? {};
  const addressOf = (name: string) => service(name).networks['edge']?.ipv4_address;

  test('is valid for Compose, as docker-compose.yml is', async () => {
    const { stdout } = await promisify(execFile)(
      'npm',
      ['run', '--silent', 'compose:check', '--', '--formatter', 'json'],
      { cwd: packagePath() },
    );
    const results = LintResults.parse(JSON.parse(stdout));
    expect(results.map(({ messages }) => messages)).toEqual([[], []]);
  });

  test('sets only variables that PaperQL reads, and configures production servers with the cluster', () => {
    expect(Object.keys(settings).filter(isMissing)).toEqual([]);
    const configs = servers.map(([, { environment }]) =>
      parseConfig({ ...imageEnvironment, ...environment }),
    );
    const urls = configs.map(({ store }) => (store.kind === 'qdrant' ? store.url.split(',') : []));
    for (const config of configs) {
      expect(config).toMatchObject({
        production: true,
        host: '0.0.0.0',
        store: { kind: 'qdrant', apiKey: 'a-key' },
        http: { allowedHosts: ['papers.example.org'] },
      });
    }
    // Each server lists a different node first.
    expect(new Set(urls.map(([first]) => first)).size).toBe(servers.length);
    for (const each of urls) expect(each.toSorted()).toEqual(nodes.map(([name]) => `http://${name}:6333`));
  });

  test('has two servers, and three nodes of one cluster that join the first one', () => {
    expect(servers.map(([name]) => name)).toEqual(['paperql-1', 'paperql-2']);
    expect(nodes.map(([, { command }]) => command)).toEqual([
      ['./entrypoint.sh', '--uri', 'http://qdrant-1:6335'],
      ['./entrypoint.sh', '--uri', 'http://qdrant-2:6335', '--bootstrap', 'http://qdrant-1:6335'],
      ['./entrypoint.sh', '--uri', 'http://qdrant-3:6335', '--bootstrap', 'http://qdrant-1:6335'],
    ]);
    for (const [, { environment }] of nodes) {
      expect(environment).toMatchObject({
        QDRANT__CLUSTER__ENABLED: 'true',
        QDRANT__SERVICE__API_KEY: settings['QDRANT_API_KEY'],
      });
    }
  });

  test('runs the same Qdrant, with the same health check, as docker-compose.yml', () => {
    const { image, healthcheck } = readCompose().services.qdrant;
    for (const [, node] of nodes) expect([node.image, node.healthcheck]).toEqual([image, healthcheck]);
  });

  test.each(Object.entries(services))(
    '%s has minimal privileges and limited resources',
    (name, { cap_drop, security_opt, read_only, mem_limit, cpus, pids_limit, image }) => {
      expect({ cap_drop, security_opt }).toEqual({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      // Qdrant writes next to its program.
      expect(read_only ?? false).toBe(!name.startsWith('qdrant-'));
      expect(mem_limit).toMatch(/^\d+[mg]$/);
      expect(Number(cpus)).toBeGreaterThan(0);
      expect(pids_limit).toBeGreaterThan(0);
      expect(image).toMatch(/^[\w./-]+:(v?\d[\w.-]*|full)$/);
    },
  );

  test('can be reached only through nginx, and Grafana only from this machine', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
      ['nginx', ['80:8080', '443:8443']],
      ['grafana', ['127.0.0.1:3000:3000']],
    ]);
    expect(Object.keys(service('nginx').networks)).toEqual(['edge']);
    expect(networks['data']).toEqual({ internal: true });
    for (const [, { networks: of }] of [...nodes, ...named(/^redis$/)])
      expect(Object.keys(of)).toEqual(['data']);
  });

  test('nginx finds the servers at their addresses, even if one is down', () => {
    const names = servers.map(([name]) => name);
    expect(service('nginx').extra_hosts).toEqual(names.map((name) => `${name}=${addressOf(name)}`));
    const upstream = nginxDirectives('server').map(([address]) => address);
    expect(upstream).toEqual(names.map((name) => `${name}:${port}`));
    const listens = nginxDirectives('listen').map(([address]) => address);
    const published = service('nginx').ports?.map((each) => each.split(':')[1]);
    expect(listens).toEqual(expect.arrayContaining(published ?? []));
  });

  test('mounted files exist in this folder, and each volume is declared and used', () => {
    const sources = Object.values(services).flatMap(({ volumes: mounts }) =>
      mounts.map((mount) => mount.split(':')[0] ?? ''),
    );
    const files = sources.filter((source) => source.startsWith('.'));
    // The operator provides the certificate.
    const ours = files.filter((file) => file !== './tls');
    expect(ours.filter((file) => !existsSync(deployPath(file)))).toEqual([]);
    const names = new Set(sources.filter((source) => !source.startsWith('.')));
    expect([...names].sort()).toEqual(Object.keys(volumes).sort());
  });

  test('Prometheus scrapes each server and each node', () => {
    const { scrape_configs } = readPrometheus();
    const targets = scrape_configs.map(({ job_name, static_configs }) => [
      job_name,
      static_configs.flatMap((each) => each.targets),
    ]);
    expect(Object.fromEntries(targets)).toEqual({
      paperql: servers.map(([name]) => `${name}:${settings['METRICS_PORT']}`),
      qdrant: nodes.map(([name]) => `${name}:6333`),
    });
  });

  test('docs/operations.md lists every variable that is required or has a default', () => {
    const text = readFileSync(deployPath('compose.yml'), 'utf8');
    const variables = new Set(Array.from(text.matchAll(/(?<!\$)\$\{(\w+):/g), ([, name = '']) => name));
    const page = readFileSync(packagePath('docs', 'operations.md'), 'utf8');
    expect([...variables].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('deploy/nginx.conf matches the limits of a server with default settings:', () => {
  const config = parseConfig({});
  const { http, limits } = config;
  const only = (name: string) => {
    const [words, ...others] = nginxDirectives(name);
    expect(others).toEqual([]);
    return words?.[0] ?? '';
  };

  test.each([
    ['client_header_timeout', http.headersTimeoutMs],
    ['client_body_timeout', http.receiveTimeoutMs],
    ['send_timeout', http.sendTimeoutMs],
  ])('%s is the same', (name, ms) => {
    expect(toMs(only(name))).toBe(ms);
  });

  test('the server itself rejects requests that are too large, unless they are much larger', () => {
    const most = toBytes(only('client_max_body_size'));
    expect(most).toBeGreaterThan(limits.bodyBytes);
    expect(most).toBeLessThan(limits.bodyBytes * 1.5);
    expect(toBytes(only('client_body_buffer_size'))).toBe(most);
  });

  test('a whole answer fits into the buffers', () => {
    expect(toBytes(only('proxy_max_temp_file_size'))).toBeGreaterThanOrEqual(limits.answerBytes);
  });

  test('the server times out before nginx does', () => {
    expect(toMs(only('proxy_read_timeout'))).toBeGreaterThan(config.requestTimeoutMs);
  });

  test('nginx opens no more connections than a server accepts, and closes idle ones first', async () => {
    const upstreams = nginxDirectives('server');
    for (const words of upstreams) {
      const most = words.find((word) => word.startsWith('max_conns='))?.replace('max_conns=', '');
      expect(Number(most)).toBeLessThan(http.connections);
    }
    const app = createHttpServer(config);
    const [, idle] = nginxDirectives('keepalive_timeout')
      .map(([time = '']) => toMs(time))
      .sort((a, b) => b - a);
    expect(idle).toBeLessThan(app.server.keepAliveTimeout);
    await app.close();
  });
});

test('a server that is told to stop is not killed while it finishes requests', () => {
  const config = parseConfig({});
  const { services } = deployed;
  const composed = [services['paperql-1'], services['paperql-2'], readCompose().services.paperql];
  for (const service of composed) {
    expect(toMs(service?.stop_grace_period ?? '')).toBeGreaterThan(toStopMs(config));
  }
  const pods = podMakers(readManifests()).find(({ name }) => name === 'paperql')?.template.spec;
  const [, leavingS] = pods?.containers[0]?.lifecycle?.preStop?.exec?.command ?? [];
  expect(1_000 * ((pods?.terminationGracePeriodSeconds ?? NaN) - Number(leavingS))).toBeGreaterThan(
    toStopMs(config),
  );
});

describe('deploy/kubernetes', () => {
  const manifests = readManifests();
  const makers = podMakers(manifests);
  const all = <Kind extends Manifest['kind']>(kind: Kind) =>
    manifests
      .map(({ body }) => body)
      .filter((body): body is Extract<Manifest, { kind?: Kind }> => body.kind === kind);
  const names = (kind: Manifest['kind']) => all(kind).map(({ metadata }) => metadata?.name);
  const makersOf = (labels: Record<string, string> | undefined) =>
    makers.filter((maker) => isSelected(maker, labels)).map(({ name }) => name);
  const maker = (name: string) => {
    const found = makers.find((each) => each.name === name);
    if (!found) throw new Error(`Expected pods of ${name}`);
    return found;
  };
  const portsOf = (names: readonly string[]) =>
    names.flatMap((name) => containersOf(maker(name)).flatMap(({ ports }) => ports ?? []));

  test('every manifest is valid for Kubernetes: no field is misspelt, missing or of another type', () => {
    expect(findTypeErrors(manifests)).toEqual([]);
    expect(
      findTypeErrors([
        {
          file: 'wrong.yaml',
          body: { apiVersion: 'v1', kind: 'Service', metadata: { nam: 'x' } } as Manifest,
        },
      ]),
    ).toEqual([expect.stringMatching(/^wrong.yaml Service undefined: .*"nam"' does not exist/)]);
  });

  test('the base has every file, and names the Dockerfile’s image', () => {
    const { resources, images } = readKustomization();
    expect([...resources, 'kustomization.yaml', 'prometheus-adapter.yaml'].sort()).toEqual(
      kubernetesFiles().sort(),
    );
    const used = makers.flatMap(containersOf).map(({ image }) => image ?? '');
    expect(used.filter((image) => !image.includes(':'))).toEqual(['paperql', 'paperql']);
    expect(images.map(({ name }) => name)).toEqual(['paperql']);
    const compose = readFileSync(deployPath('compose.yml'), 'utf8');
    for (const image of used.filter((each) => each.includes(':')))
      expect(compose).toContain(`image: ${image}\n`);
  });

  test('settings are those that PaperQL reads, and configure a production server with the cluster', () => {
    const [settings = {}] = all('ConfigMap').map(({ data }) => data);
    expect(Object.keys(settings).filter(isMissing)).toEqual([]);
    const [cluster] = all('StatefulSet').map(({ spec }) => spec);
    const urls = Array.from(
      { length: cluster?.replicas ?? 0 },
      (_, at) => `http://qdrant-${at}.${cluster?.serviceName}:6333`,
    );
    expect(urls).toHaveLength(3);
    expect(parseConfig({ ...imageEnvironment, ...settings, QDRANT_API_KEY: 'a-key' })).toMatchObject({
      production: true,
      host: '0.0.0.0',
      store: { kind: 'qdrant', url: urls.join(',') },
      http: { allowedHosts: all('Ingress')[0]?.spec?.rules?.map(({ host }) => host) },
    });
  });

  test.each(makers.map((each) => [each.kind, each.name, each] as const))(
    'pods of the %s %s are restricted, have limits, and mount existing volumes',
    (_kind, _name, each) => {
      const { spec } = each.template;
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      const claims = all('StatefulSet').flatMap(({ spec: of }) => of?.volumeClaimTemplates ?? []);
      const there = [
        ...(spec?.volumes ?? []).map(({ name }) => name),
        ...claims.map(({ metadata }) => metadata?.name),
      ];
      for (const container of containersOf(each)) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        const resource = { cpu: expect.any(String), memory: expect.any(String) };
        expect(container.resources).toEqual({ requests: resource, limits: resource });
        expect((container.volumeMounts ?? []).filter(({ name }) => !there.includes(name))).toEqual([]);
        const ports = (container.ports ?? []).map(({ name }) => name);
        const { startupProbe, livenessProbe, readinessProbe } = container;
        for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
          const at = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
          if (at !== undefined) expect(ports).toContain(at);
        }
      }
    },
  );

  test('the server’s probes use its health addresses and ports', () => {
    const [container] = containersOf(maker('paperql'));
    const paths = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe];
    expect(paths.map((probe) => probe?.httpGet?.path)).toEqual(['/healthz', '/healthz', '/readyz']);
    const [settings = {}] = all('ConfigMap').map(({ data }) => data);
    expect(container?.ports).toEqual([
      { name: 'http', containerPort: Number(port) },
      { name: 'metrics', containerPort: Number(settings['METRICS_PORT']) },
    ]);
  });

  test('Qdrant has three nodes, each on its own machine', () => {
    const affinity = maker('qdrant').template.spec?.affinity?.podAntiAffinity;
    const [rule] = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(rule?.topologyKey).toBe('kubernetes.io/hostname');
    expect(makersOf(rule?.labelSelector?.matchLabels)).toEqual(['qdrant']);
    expect(all('PodDisruptionBudget').map(({ spec }) => spec?.maxUnavailable)).toEqual([1, 1]);
  });

  test('every name and selector refers to something that exists', () => {
    for (const { spec, metadata } of all('Service')) {
      const selected = makersOf(spec?.selector);
      expect([metadata?.name, selected]).toEqual([metadata?.name, [expect.any(String)]]);
      const ports = portsOf(selected).map(({ name }) => name);
      for (const { targetPort } of spec?.ports ?? []) expect(ports).toContain(targetPort);
    }
    for (const { spec } of [...all('Deployment'), ...all('StatefulSet')]) {
      expect(makersOf(spec?.selector.matchLabels)).toHaveLength(1);
    }
    for (const { spec } of all('PodDisruptionBudget')) {
      expect(makersOf(spec?.selector?.matchLabels)).toHaveLength(1);
    }
    expect(all('HorizontalPodAutoscaler').map(({ spec }) => spec?.scaleTargetRef.name)).toEqual(['paperql']);
    for (const { spec } of all('Ingress')) {
      for (const { backend } of spec?.rules?.flatMap(({ http }) => http?.paths ?? []) ?? []) {
        const service = all('Service').find(({ metadata }) => metadata?.name === backend.service?.name);
        expect(service?.spec?.ports?.map(({ name }) => name)).toContain(backend.service?.port?.name);
      }
    }
    expect(names('Service')).toContain(all('StatefulSet')[0]?.spec?.serviceName);
  });

  test('pods read only files here, or Secrets that docs/operations.md creates', () => {
    const page = readFileSync(packagePath('docs', 'operations.md'), 'utf8');
    const secrets = new Set<string | undefined>(
      all('Ingress').flatMap(({ spec }) => spec?.tls?.map((tls) => tls.secretName)),
    );
    for (const each of makers) {
      for (const { envFrom = [], env = [] } of containersOf(each)) {
        for (const { configMapRef, secretRef } of envFrom) {
          if (configMapRef) expect(names('ConfigMap')).toContain(configMapRef.name);
          if (secretRef) secrets.add(secretRef.name);
        }
        for (const { valueFrom } of env)
          if (valueFrom?.secretKeyRef) secrets.add(valueFrom.secretKeyRef.name);
      }
      for (const { secret, persistentVolumeClaim } of each.template.spec?.volumes ?? []) {
        if (secret) secrets.add(secret.secretName);
        if (persistentVolumeClaim) {
          expect(names('PersistentVolumeClaim')).toContain(persistentVolumeClaim.claimName);
        }
      }
    }
    expect([...secrets].sort()).toEqual(['paperql', 'paperql-keys', 'paperql-tls']);
    for (const secret of secrets) expect(page).toMatch(new RegExp(`create secret \\w+ ${secret}\\b`));
  });

  test('all traffic needs a rule, and rules name existing pods and ports', () => {
    const policies = all('NetworkPolicy');
    expect(policies[0]?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const toPorts = (ports: { port?: string | number }[] = []) =>
      ports.flatMap(({ port: each }) => each ?? []);
    const known = (names: readonly string[]) =>
      portsOf(names).flatMap(({ name, containerPort }) => [name, containerPort]);
    for (const { spec } of policies) {
      const selected = makersOf(spec?.podSelector.matchLabels);
      expect(selected).not.toEqual([]);
      for (const { ports } of spec?.ingress ?? []) {
        expect(known(selected)).toEqual(expect.arrayContaining(toPorts(ports)));
      }
      for (const { to, ports } of spec?.egress ?? []) {
        const labels = to?.map(({ podSelector }) => podSelector?.matchLabels) ?? [];
        for (const label of labels) {
          if (label) expect(known(makersOf(label))).toEqual(expect.arrayContaining(toPorts(ports)));
        }
      }
    }
  });
});

function toMs(text: string): number {
  const [, value, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return Number(value) * (unit === 's' ? 1_000 : 1);
}

function toBytes(text: string): number {
  const [, value, unit] = /^(\d+)([km])$/.exec(text) ?? [];
  return Number(value) * (unit === 'm' ? 1_048_576 : 1_024);
}
