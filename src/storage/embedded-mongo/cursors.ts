/**
 * Open cursors: a result is a snapshot, taken when the query runs and handed out in batches of at most 16 MB. At most
 * 1,000 are open; one more closes the least recently used, whose next getMore then gets CursorNotFound. Cursors do
 * not outlive the process. Replies carry documents as they are stored, without decoding and encoding them again.
 */
import { type Doc, encode, isDoc, maxDocumentBytes } from "./bson-values.ts";
import { MongoError } from "./mongo-error.ts";

interface Cursor {
  namespace: string;
  documents: readonly Uint8Array[];
  position: number;
}

const maxCursors = 1000;
const defaultBatch = 101;

export class Cursors {
  readonly #open = new Map<string, Cursor>();
  #lastId: bigint;

  /** `firstId` differs from run to run, so that a cursor of a dead process is not taken for a new one. */
  constructor(firstId: bigint) {
    this.#lastId = firstId;
  }

  /** The `cursor` document of a first reply; keeps the rest unless `single`. */
  start(namespace: string, documents: readonly Uint8Array[], batchSize = defaultBatch, single = false): Doc {
    this.#lastId += 1n;
    const cursor = { namespace, documents, position: 0 };
    const firstBatch = takeBatch(cursor, batchSize);
    return { firstBatch, id: single ? 0n : this.#keep(this.#lastId, cursor), ns: namespace };
  }

  next(id: string, namespace: string, batchSize: number): Doc {
    const cursor = this.#open.get(id);
    if (cursor?.namespace !== namespace) throw new MongoError(43, `cursor id ${id} not found`);
    this.#open.delete(id);
    const nextBatch = takeBatch(cursor, batchSize);
    return { nextBatch, id: this.#keep(BigInt(id), cursor), ns: namespace };
  }

  kill(id: string): boolean {
    return this.#open.delete(id);
  }

  /** The id to answer with: 0 when nothing is left. */
  #keep(id: bigint, cursor: Cursor): bigint {
    if (cursor.position >= cursor.documents.length) return 0n;
    this.#open.set(String(id), cursor);
    const [oldest = ""] = this.#open.keys();
    if (this.#open.size > maxCursors) this.#open.delete(oldest);
    return id;
  }
}

function takeBatch(cursor: Cursor, batchSize: number): Raw {
  const start = cursor.position;
  let bytes = 0;
  while (cursor.position < cursor.documents.length && cursor.position - start < batchSize) {
    bytes += cursor.documents[cursor.position]?.length ?? 0;
    if (bytes > maxDocumentBytes && cursor.position > start) break;
    cursor.position += 1;
  }
  return Raw.array(cursor.documents.slice(start, cursor.position));
}

/** An encoded document (BSON type 3) or array (4) as a field of a reply. */
export class Raw {
  readonly type: 3 | 4;
  readonly bytes: Uint8Array;

  constructor(type: 3 | 4, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }

  static array(documents: readonly Uint8Array[]): Raw {
    return new Raw(4, wrap(documents.map((bytes, index) => element(String(index), new Raw(3, bytes)))));
  }
}

/** Raw fields may stand at any level of plain documents. */
export function encodeReply(reply: Doc): Uint8Array {
  const fields = Object.entries(reply).map(([key, value]) => {
    if (value instanceof Raw) return element(key, value);
    if (isDoc(value)) return element(key, new Raw(3, encodeReply(value)));
    return encode({ [key]: value }).subarray(4, -1);
  });
  return wrap(fields);
}

function element(key: string, { type, bytes }: Raw): Uint8Array {
  return Buffer.concat([Buffer.from(`${String.fromCharCode(type)}${key}\0`), bytes]);
}

function wrap(elements: Uint8Array[]): Uint8Array {
  const body = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  body.writeInt32LE(body.length);
  return body;
}
