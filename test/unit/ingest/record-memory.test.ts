import { describe, expect, test } from '@jest/globals';
import { lineAt, payloadAt, RecordWriter, vectorAt } from '../../../src/ingest/record-memory.js';

const LINE = Buffer.from('{"id":"1706.03762"}');

function read(writer: RecordWriter, place: ReturnType<RecordWriter['add']>) {
  const { memory } = writer;
  return {
    vector: vectorAt(memory, place),
    payload: payloadAt(memory, place),
    line: lineAt(memory, place).toString(),
  };
}

describe('the memory of a batch', () => {
  test('returns what was written, with and without an embedding', () => {
    const writer = new RecordWriter();
    const places = [
      writer.add(Float32Array.of(0.5, -1), '{"title":"Größe"}', LINE),
      writer.add(null, '{}', Buffer.from('{ }')),
      writer.add(Float32Array.of(2), '{"id":"张伟"}', LINE),
    ];

    expect(places.map((place) => read(writer, place))).toEqual([
      { vector: Float32Array.of(0.5, -1), payload: '{"title":"Größe"}', line: LINE.toString() },
      { vector: null, payload: '{}', line: '{ }' },
      { vector: Float32Array.of(2), payload: '{"id":"张伟"}', line: LINE.toString() },
    ]);
  });

  test('grows as needed', () => {
    const writer = new RecordWriter(new SharedArrayBuffer(0));
    const places = Array.from({ length: 50 }, (_, at) =>
      writer.add(Float32Array.of(at), String(at).repeat(99), LINE),
    );

    expect(places.map((place) => vectorAt(writer.memory, place)?.[0])).toEqual([...places.keys()]);
    expect(places.map((place) => payloadAt(writer.memory, place))).toEqual(
      [...places.keys()].map((at) => String(at).repeat(99)),
    );
  });

  test('is reused from its beginning', () => {
    const first = new RecordWriter();
    first.add(Float32Array.of(1), '{"id":"old"}', LINE);
    const second = new RecordWriter(first.memory);
    const place = second.add(null, '{"id":"new"}', LINE);

    expect(second.memory).toBe(first.memory);
    expect(read(second, place)).toEqual({ vector: null, payload: '{"id":"new"}', line: LINE.toString() });
  });
});
