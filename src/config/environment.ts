import { config as loadDotenv } from 'dotenv';

// The ONNX runtime of the local model reports its use unless it is told not to before it is loaded.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

/** The process's environment, completed from `.env` in the working directory; what is set already stays. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  loadDotenv({ quiet: true });
  return process.env;
}
