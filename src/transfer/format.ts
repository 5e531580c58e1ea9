import { hash } from 'node:crypto';
import { z } from 'zod';
import { NUMBER_BYTES } from './half-precision.js';
import { StartupError } from '../errors/errors.js';
import { parseJson } from '../parse-json.js';

/**
 * A file of embeddings in the safetensors format (https://github.com/huggingface/safetensors#format): eight bytes
 * with the length of the header, the header in JSON, then the numbers. `docs/embeddings.md` describes it for other
 * programs; decision 0023 explains the choice of this format.
 */

const FORMAT = 'paperql-embeddings';
const VERSION = '1';

/** Number of bytes at the beginning of a file that contain the length of the header. */
const LENGTH_BYTES = 8;
/** Number of bytes of a text's hash: the beginning of its SHA-256. */
export const HASH_BYTES = 16;
/** A header has a few hundred bytes. If a file claims more, it has another format. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** Everything that embeddings depend on: those of two files with the same identity are comparable. */
export const Identity = z.object({
  /** `Embedder.id` */
  embedder: z.string().min(1),
  dimension: z.int().min(1).max(65_536),
  /** Template of the embedded text. */
  embedded_text: z.string(),
  document_prefix: z.string(),
  query_prefix: z.string(),
});
export type Identity = z.infer<typeof Identity>;

const whole = z.int().nonnegative();

function tensor<Dtype extends string>(dtype: Dtype) {
  return z.object({
    dtype: z.literal(dtype),
    shape: z.tuple([whole, whole]),
    data_offsets: z.tuple([whole, whole]),
  });
}

const Header = z.object({
  __metadata__: z.object({
    format: z.literal(FORMAT),
    version: z.literal(VERSION),
    /** JSON of an `Identity`. */
    identity: z.string(),
    /** SHA-256, in hexadecimal, of the text `identity` and all bytes after the header. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  vectors: tensor('F16'),
  hashes: tensor('U8'),
});

/** The contents of a file, according to its header. */
export interface Contents {
  identity: Identity;
  /** The text as written in the file, because the checksum includes it. */
  identityText: string;
  sha256: string;
  /** Number of embeddings. */
  count: number;
  /** Positions of the vectors, and of the hashes of their texts, in bytes from the beginning of the file. */
  vectorsAt: number;
  hashesAt: number;
  bytes: number;
}

/** The key of a vector: any program that knows the text can compute it. */
export function hashText(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'hex').slice(0, 2 * HASH_BYTES), 'hex');
}

/**
 * The length and the header of a file. They are padded to the length for the largest count, so that they can be
 * written last.
 */
export function toHeader({ identityText, dimension, count, sha256 }: HeaderFacts): Buffer {
  const padded = Buffer.from(toJson({ identityText, dimension, count: MOST, sha256 }));
  const length = Math.ceil(padded.length / LENGTH_BYTES) * LENGTH_BYTES;
  const header = Buffer.alloc(LENGTH_BYTES + length, ' ');
  header.writeBigUInt64LE(BigInt(length));
  header.write(toJson({ identityText, dimension, count, sha256 }), LENGTH_BYTES);
  return header;
}

interface HeaderFacts {
  identityText: string;
  dimension: number;
  count: number;
  sha256: string;
}

/** More embeddings than any file contains; even with 65,536 numbers each, offsets are exact. */
const MOST = 2 ** 32;

function toJson({ identityText, dimension, count, sha256 }: HeaderFacts): string {
  const end = count * dimension * NUMBER_BYTES;
  return JSON.stringify({
    __metadata__: { format: FORMAT, version: VERSION, identity: identityText, sha256 },
    vectors: { dtype: 'F16', shape: [count, dimension], data_offsets: [0, end] },
    hashes: { dtype: 'U8', shape: [count, HASH_BYTES], data_offsets: [end, end + count * HASH_BYTES] },
  } satisfies z.infer<typeof Header>);
}

/**
 * Reads the contents of a file from its header.
 *
 * @param readBytes reads this many bytes at a position in the file, or fewer at its end.
 * @param bytes size of the file.
 * @throws StartupError that names the file, if it has another format or is incomplete.
 */
export async function readContents(
  file: string,
  bytes: number,
  readBytes: (at: number, length: number) => Promise<Buffer>,
): Promise<Contents> {
  const beginning = await readBytes(0, LENGTH_BYTES);
  const length = beginning.length < LENGTH_BYTES ? 0 : Number(beginning.readBigUInt64LE());
  if (length === 0 || length > MAX_HEADER_BYTES) throw notSuchFile(file);
  const text = (await readBytes(LENGTH_BYTES, length)).toString();
  const json = parseJson(text);
  if (json === undefined) {
    if (LENGTH_BYTES + length > bytes && text.startsWith('{')) throw truncated(file);
    throw notSuchFile(file);
  }
  const { data: header } = Header.safeParse(json);
  if (!header) throw isOfLaterVersion(json) ? laterVersion(file) : notSuchFile(file);
  const { identity: identityText, sha256 } = header.__metadata__;
  const { data: identity } = Identity.safeParse(parseJson(identityText));
  if (!identity) throw damaged(file, 'its header does not describe a model');

  const [count, dimension] = header.vectors.shape;
  const expected = toJson({ identityText, dimension, count, sha256 });
  const isConsistent =
    dimension === identity.dimension && JSON.stringify(toComparable(header)) === expected && count <= MOST;
  if (!isConsistent) throw damaged(file, 'the parts of its header contradict each other');
  const vectorsAt = LENGTH_BYTES + length;
  const hashesAt = vectorsAt + header.hashes.data_offsets[0];
  const end = vectorsAt + header.hashes.data_offsets[1];
  if (bytes < end) throw truncated(file, { bytes, expected: end });
  if (bytes > end) throw damaged(file, `it has ${bytes} bytes; expected ${end}`);
  return { identity, identityText, sha256, count, vectorsAt, hashesAt, bytes };
}

/** The header with its members in a fixed order, because other programs write them in other orders. */
function toComparable({ __metadata__, vectors, hashes }: z.infer<typeof Header>) {
  const { format, version, identity, sha256 } = __metadata__;
  const inOrder = ({ dtype, shape, data_offsets }: typeof vectors | typeof hashes) => ({
    dtype,
    shape,
    data_offsets,
  });
  return {
    __metadata__: { format, version, identity, sha256 },
    vectors: inOrder(vectors),
    hashes: inOrder(hashes),
  };
}

const AnyVersion = z.object({
  __metadata__: z.object({ format: z.literal(FORMAT), version: z.string() }),
});

function isOfLaterVersion(json: unknown): boolean {
  const { data } = AnyVersion.safeParse(json);
  return data !== undefined && data.__metadata__.version !== VERSION;
}

function notSuchFile(file: string): StartupError {
  return new StartupError(
    `${file} does not contain embeddings; expected a file from "paperql embeddings export", or a safetensors file as ` +
      'described in docs/embeddings.md',
  );
}

function laterVersion(file: string): StartupError {
  return new StartupError(
    `${file} was made by a later version of PaperQL; update PaperQL, or export the file again`,
  );
}

function truncated(file: string, sizes?: { bytes: number; expected: number }): StartupError {
  const difference = sizes ? `: it has ${sizes.bytes} bytes; expected ${sizes.expected}` : '';
  return new StartupError(`${file} is truncated${difference}. Copy or export it again`);
}

export function damaged(file: string, how: string): StartupError {
  return new StartupError(`${file} is damaged: ${how}. Copy or export it again`);
}

/**
 * Ensures that the embeddings of a file are comparable with those of the identity.
 *
 * @param owner describes the identity: "the configured embedder".
 * @throws StartupError that names both identities.
 */
export function requireSameIdentity(file: string, found: Identity, expected: Identity, owner: string): void {
  const [theirs, ours] = [inWords(found, expected), inWords(expected, found)];
  if (theirs === ours) return;
  throw new StartupError(
    `${file} has embeddings of ${theirs}, but ${owner} is ${ours}; their vectors are not comparable. ` +
      'Configure the embedder of the file (EMBEDDER, OPENAI_EMBEDDING_MODEL, EMBEDDING_DIMENSIONS, LOCAL_MODEL_DIR), ' +
      'or export a file with embeddings of this model',
  );
}

/** Whether embeddings of the two identities are comparable. */
export function isSameIdentity(a: Identity, b: Identity): boolean {
  return inWords(a, b) === inWords(b, a);
}

/** The model, the dimension, and everything else that differs from the other identity. */
function inWords(identity: Identity, other: Identity): string {
  const { embedder, dimension, embedded_text: template } = identity;
  const rest = [
    ...(template === other.embedded_text ? [] : [`the text "${template}"`]),
    ...(identity.document_prefix === other.document_prefix
      ? []
      : [`the document prefix ${JSON.stringify(identity.document_prefix)}`]),
    ...(identity.query_prefix === other.query_prefix
      ? []
      : [`the query prefix ${JSON.stringify(identity.query_prefix)}`]),
  ];
  return [`${embedder} (${dimension} dimensions)`, ...rest].join(' with ');
}
