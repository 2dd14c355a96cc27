/**
 * Two forms of every document. The *typed* form keeps BSON's number types (Int32, Double, Long and Decimal128
 * objects): it is what is stored, updated and answered, so every type makes the round trip. The *view* has plain
 * numbers and regular expressions: it is what queries and aggregation read.
 *
 * Order and equality are MongoDB's: types first, then values, fields of documents in their order; strings by UTF-16
 * unit, Decimal128 as the nearest double. The BSON types our queries would get wrong are refused on the way in.
 */
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  deserialize,
  Int32,
  Long,
  ObjectId,
  serialize,
  Timestamp,
} from "bson";
import { MongoError } from "./mongo-error.ts";

export type Doc = Record<string, unknown>;

export const maxDocumentBytes = 16_777_216;
const maxDepth = 100;
const scratch = Buffer.alloc(8);

/** bson's own limit, a little above ours, cuts a document off without a word. */
export function encode(document: Doc): Uint8Array {
  const bytes = serialize(document);
  if (bytes.length <= maxDocumentBytes) return bytes;
  throw new MongoError(10334, `a document is larger than ${maxDocumentBytes} bytes`);
}

export const decode = (bytes: Uint8Array): Doc =>
  deserialize(bytes, { promoteValues: false, bsonRegExp: true });

export function isDoc(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

export function isOperatorDoc(value: unknown): value is Doc {
  return isDoc(value) && (Object.keys(value)[0]?.startsWith("$") ?? false);
}

/** mingo compares and groups by `toString`, which for a Binary is text and loses bytes. */
class HexBinary extends Binary {
  override toString(): string {
    return super.toString("hex");
  }
}

export function toView(value: unknown, depth = 0): unknown {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Date || value instanceof ObjectId || value instanceof Decimal128) return value;
  if (depth > maxDepth) throw new MongoError(15, `Exceeded maximum nested object depth: ${maxDepth}`);
  if (Array.isArray(value)) return value.map((item) => toView(item, depth + 1));
  if (isDoc(value)) {
    const view: Doc = {};
    for (const key of Object.keys(value)) {
      if (key === "__proto__") throw new MongoError(2, "a field must not be named __proto__");
      view[key] = toView(value[key], depth + 1);
    }
    return view;
  }
  if (value instanceof Binary) return new HexBinary(value.value(), value.sub_type);
  if (value instanceof Long && !(value instanceof Timestamp))
    return Number.isSafeInteger(value.toNumber()) ? value.toNumber() : value;
  if (value instanceof BSONRegExp) return toRegExp(value);
  throw new MongoError(238, `the BSON type ${value?.constructor.name} is not supported`);
}

function toRegExp({ pattern, options }: BSONRegExp): RegExp {
  try {
    return new RegExp(pattern, options);
  } catch (error) {
    throw MongoError.from(error);
  }
}

/** A character for each type, in MongoDB's order; missing and null are one. */
export function rankOf(value: unknown): string {
  if (value === undefined || value === null) return "1";
  if (typeof value === "number" || value instanceof Long || value instanceof Decimal128) return "2";
  if (typeof value === "string") return "3";
  if (Array.isArray(value)) return "5";
  if (value instanceof Binary) return "6";
  if (value instanceof ObjectId) return "7";
  if (typeof value === "boolean") return "8";
  if (value instanceof Date) return "9";
  return value instanceof RegExp ? "A" : "4";
}

/** A self-delimiting string for a view value: strings compare as MongoDB compares the values. */
export function keyOf(value: unknown): string {
  const rank = rankOf(value);
  switch (rank) {
    case "1":
      return rank;
    case "7":
      return rank + (value as ObjectId).toHexString();
    case "2":
      return rank + numberKey(value as number | Long | Decimal128);
    case "3":
      return rank + textKey(value as string);
    case "4": {
      const fields = Object.entries(value as Doc);
      return `${rank}${fields.map(([key, item]) => rankOf(item) + textKey(key) + keyOf(item)).join("")}\0`;
    }
    case "5":
      return `${rank}${(value as unknown[]).map(keyOf).join("")}\0`;
    case "6": {
      const { position, sub_type } = value as Binary;
      return (
        rank +
        doubleKey(position) +
        String.fromCharCode(sub_type) +
        textKey((value as Binary).toString("hex"))
      );
    }
    case "9":
      return rank + doubleKey((value as Date).getTime());
    default:
      return rank + textKey(String(value));
  }
}

/** A zero within the text sorts before every other character and after the text's end. */
function textKey(text: string): string {
  return `${text.includes("\0") ? text.replaceAll("\0", "\0\uffff") : text}\0`;
}

/** An int64 beyond 2^53 is told from its neighbours by its distance to the nearest double. */
function numberKey(value: number | Long | Decimal128): string {
  const double = typeof value === "number" ? value : Number(value.toString());
  const distance = value instanceof Long ? Number(value.toBigInt() - BigInt(double)) : 0;
  return doubleKey(double) + String.fromCharCode(0x8000 + distance);
}

function doubleKey(value: number): string {
  if (Number.isNaN(value)) return "\0".repeat(8);
  scratch.writeDoubleBE(value === 0 ? 0 : value);
  const isNegative = value < 0;
  for (let at = 0; at < 8; at++) scratch[at] = (scratch[at] ?? 0) ^ (isNegative ? 0xff : at === 0 ? 0x80 : 0);
  return scratch.toString("latin1");
}

/** Orders two view values; 0 is MongoDB's equality. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number" && !Number.isNaN(left - right))
    return left - right;
  if (typeof left === "string" && typeof right === "string") return order(left, right);
  if (left instanceof Date && right instanceof Date) return compareValues(left.getTime(), right.getTime());
  return order(keyOf(left), keyOf(right));
}

function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Every value a path leads to, arrays on the way spread as MongoDB does; a missing field gives `undefined`. */
export function valuesAt(node: unknown, parts: readonly string[], expandLeaf: boolean, at = 0): unknown[] {
  const part = parts[at];
  if (part === undefined) return expandLeaf && Array.isArray(node) ? [node, ...(node as unknown[])] : [node];
  if (Array.isArray(node)) {
    const own = /^\d+$/.test(part) && Number(part) < node.length;
    const values = own ? valuesAt(node[Number(part)], parts, expandLeaf, at + 1) : [];
    return values.concat(node.filter(isDoc).flatMap((item) => valuesAt(item, parts, expandLeaf, at)));
  }
  const child = isDoc(node) && Object.hasOwn(node, part) ? node[part] : undefined;
  return child === undefined ? [undefined] : valuesAt(child, parts, expandLeaf, at + 1);
}

/** MongoDB's sort, stable: an array stands for its least value upwards and its greatest downwards. */
export function sortBy<T>(items: readonly T[], sort: Doc, viewOf: (item: T) => unknown): T[] {
  const fields = Object.entries(sort).map(([path, direction], at) => {
    if (direction !== 1 && direction !== -1) throw new MongoError(2, "sort directions are 1 and -1");
    return { parts: path.split("."), direction, at };
  });
  const keyed = items.map((item) => {
    const view = viewOf(item);
    return { item, keys: fields.map(({ parts, direction }) => sortKey(view, parts, direction)) };
  });
  keyed.sort((left, right) => {
    for (const { at, direction } of fields) {
      const found = compareValues(left.keys[at], right.keys[at]);
      if (found !== 0) return found * direction;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

function sortKey(view: unknown, parts: readonly string[], direction: number): unknown {
  const values = valuesAt(view, parts, true).filter((value) => !Array.isArray(value));
  return values.reduce(
    (best, value) => (compareValues(value, best) * direction < 0 ? value : best),
    values[0],
  );
}
