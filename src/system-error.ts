/** The code of an error of the operating system, of Node or of zlib, such as `ENOENT`. */
export function systemCodeOf(thrown: unknown): string | undefined {
  const isCoded = typeof thrown === 'object' && thrown !== null && 'code' in thrown;
  return isCoded && typeof thrown.code === 'string' ? thrown.code : undefined;
}
