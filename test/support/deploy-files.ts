import { readdirSync, readFileSync } from 'node:fs';
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob } from 'kubernetes-types/batch/v1.js';
import type {
  ConfigMap,
  Container,
  Namespace,
  PersistentVolumeClaim,
  PodTemplateSpec,
  Service,
} from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { packagePath } from '../../src/package-root.js';

/** Read the files in deploy/. They support only the syntax that these files use. */

export function deployPath(...names: string[]): string {
  return packagePath('deploy', ...names);
}

const Entries = z.record(z.string(), z.string());

const ComposeService = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: Entries.optional(),
  extra_hosts: z.array(z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  networks: z.union([
    z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, null]))),
    z.record(z.string(), z.object({ ipv4_address: z.string() }).nullable()),
  ]),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  cpus: z.union([z.string(), z.number()]),
  pids_limit: z.number(),
  init: z.boolean().optional(),
  stop_grace_period: z.string().optional(),
  read_only: z.boolean().optional(),
});

const ComposeFile = z.object({
  services: z.record(z.string(), ComposeService),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() }).nullable()),
  volumes: z.record(z.string(), z.null()),
});

/** deploy/compose.yml, with these values for variables that have no default. */
export function readDeployedCompose(variables: Readonly<Record<string, string>>) {
  const text = readFileSync(deployPath('compose.yml'), 'utf8').replace(
    /(?<!\$)\$\{(\w+):([-?])([^}]*)\}/g,
    (_all, name: string, kind: string, rest: string) => {
      const value = variables[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`Expected a value of ${name}`);
      return value;
    },
  );
  return ComposeFile.parse(parse(text, { merge: true }));
}

const PrometheusFile = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      static_configs: z.array(z.object({ targets: z.array(z.string()) })),
    }),
  ),
});

export function readPrometheus(): z.infer<typeof PrometheusFile> {
  return PrometheusFile.parse(parse(readFileSync(deployPath('prometheus.yml'), 'utf8')));
}

/** The arguments of every directive with this name that has a line of its own. */
export function nginxDirectives(name: string): string[][] {
  const conf = readFileSync(deployPath('nginx.conf'), 'utf8');
  return Array.from(conf.matchAll(new RegExp(`^ *${name} +([^;{]+);`, 'gm')), ([, words = '']) =>
    words.split(/ +/),
  );
}

export type Manifest =
  | ConfigMap
  | CronJob
  | Deployment
  | HorizontalPodAutoscaler
  | Ingress
  | Namespace
  | NetworkPolicy
  | PersistentVolumeClaim
  | PodDisruptionBudget
  | Service
  | StatefulSet;

/** A document in a file of resources. */
export interface ReadManifest {
  file: string;
  body: Manifest;
}

const Kustomization = z.object({
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string(), newName: z.string(), newTag: z.string() })),
});

export function readKustomization(): z.infer<typeof Kustomization> {
  return Kustomization.parse(parse(readFileSync(deployPath('kubernetes', 'kustomization.yaml'), 'utf8')));
}

export function kubernetesFiles(): string[] {
  return readdirSync(deployPath('kubernetes'));
}

export function readManifests(): ReadManifest[] {
  return readKustomization().resources.flatMap((file) =>
    parseAllDocuments(readFileSync(deployPath('kubernetes', file), 'utf8')).map((document) => ({
      file,
      // `findTypeErrors`, which the first test calls, checks the type.
      body: document.toJS() as Manifest,
    })),
  );
}

/** The module that has the types of an API group: `networking/v1` for `networking.k8s.io/v1`. */
function typesModule(apiVersion: string): string {
  return `kubernetes-types/${apiVersion.includes('/') ? apiVersion.replace('.k8s.io', '') : `core/${apiVersion}`}.js`;
}

/** Fields of a manifest that are unknown, missing or of the wrong type: what a strict API server would reject. */
export function findTypeErrors(manifests: readonly { file: string; body: Partial<Manifest> }[]): string[] {
  const sources = manifests.map(({ body }, at) =>
    [
      `import type { ${body.kind} as Kind${at} } from '${typesModule(body.apiVersion ?? '')}';`,
      `export const manifest${at}: Kind${at} & Required<Pick<Kind${at}, 'apiVersion' | 'kind' | 'metadata'>> = ${JSON.stringify(body)};`,
    ].join('\n'),
  );
  const name = packagePath('build', 'manifests.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es5.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, sources.join('\n'), ts.ScriptTarget.ESNext)
      : readFile(file, ...rest);
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    // Two lines for each.
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    const found = manifests[Math.floor(line / 2)];
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${found?.file} ${found?.body.kind} ${found?.body.metadata?.name}: ${message}`;
  });
}

/** The pods that a manifest creates, with the manifest's name. */
export interface PodMaker {
  kind: string;
  name: string;
  template: PodTemplateSpec;
}

export function podMakers(manifests: readonly ReadManifest[]): PodMaker[] {
  return manifests.flatMap(({ body }) => {
    const name = body.metadata?.name ?? '';
    if (body.kind === 'Deployment' || body.kind === 'StatefulSet') {
      return body.spec ? [{ kind: body.kind, name, template: body.spec.template }] : [];
    }
    const template = body.kind === 'CronJob' ? body.spec?.jobTemplate.spec?.template : undefined;
    return template ? [{ kind: 'CronJob', name, template }] : [];
  });
}

export function containersOf({ template }: PodMaker): Container[] {
  return template.spec?.containers ?? [];
}

/** Whether a selector with these labels matches. The manifests use no other expressions; an empty selector matches everything. */
export function isSelected({ template }: PodMaker, labels: LabelSelector['matchLabels'] = {}): boolean {
  return Object.entries(labels).every(([key, value]) => template.metadata?.labels?.[key] === value);
}
