import { existsSync } from 'node:fs';

/** Programs that a production setup needs besides servers: where Debian installs them, and in which package. */
const PROGRAMS = {
  nginx: { file: '/usr/sbin/nginx', variable: 'NGINX_PATH', debianPackage: 'nginx-light' },
  'redis-server': { file: '/usr/bin/redis-server', variable: 'REDIS_SERVER', debianPackage: 'redis-server' },
  promtool: { file: '/usr/bin/promtool', variable: 'PROMTOOL', debianPackage: 'prometheus' },
};

/** The program's file. If it is missing, throws an error that says how to install it, so a test that needs it fails. */
export function findProgram(name: keyof typeof PROGRAMS): string {
  const { file: usual, variable, debianPackage } = PROGRAMS[name];
  const file = process.env[variable] ?? usual;
  if (existsSync(file)) return file;
  throw new Error(
    `There is no ${name} at ${file}. Install it (on Debian: apt-get install ${debianPackage}), or set ${variable} to its path.`,
  );
}
