/**
 * One index: for every prefix of its fields a map from the key to the records that have it, so an equality (or $in)
 * on the leading fields needs no scan. No order is kept: range conditions and sorts scan. An array has a key for each
 * element. A sparse or partial index holds the records it concerns and never narrows a query that might mean others.
 */
import { type Doc, keyOf, valuesAt } from "./bson-values.ts";
import { compileFilter, type Test } from "./filter.ts";
import { MongoError } from "./mongo-error.ts";

export interface IndexSpec extends Doc {
  v: number;
  key: Doc;
  name: string;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Doc;
}

export interface StoredRecord {
  readonly seq: number;
  body: Uint8Array;
  view: Doc;
}

/** The keys a filter demands of a path. */
export type Equalities = ReadonlyMap<string, ReadonlySet<string>>;

const maxProbes = 10_000;
const nullKey = keyOf(null);

export class CollectionIndex {
  readonly spec: IndexSpec;
  readonly #fields: readonly { name: string; parts: readonly string[] }[];
  readonly #covers: Test;
  /** By the number of fields and their keys. Most keys have one record, which then stands without a set. */
  readonly #records = new Map<string, StoredRecord | Set<StoredRecord>>();

  constructor(spec: IndexSpec) {
    this.spec = spec;
    this.#fields = Object.keys(spec.key).map((name) => ({ name, parts: name.split(".") }));
    this.#covers = compileFilter(spec.partialFilterExpression ?? {});
  }

  add(record: StoredRecord): void {
    for (const key of this.#keys(record.view).flat()) {
      const held = this.#records.get(key);
      if (held instanceof Set) held.add(record);
      else this.#records.set(key, held ? new Set([held, record]) : record);
    }
  }

  remove(record: StoredRecord): void {
    for (const key of this.#keys(record.view).flat()) {
      const held = this.#records.get(key);
      if (held instanceof Set && held.size > 1) held.delete(record);
      else this.#records.delete(key);
    }
  }

  /** Throws E11000 when another record has a key of `view`. */
  refuseDuplicate(namespace: string, view: Doc, self?: StoredRecord): void {
    if (!this.spec.unique) return;
    for (const key of this.#keys(view).at(-1) ?? []) {
      const holder = this.#records.get(key);
      if (holder && holder !== self) throw this.#duplicate(namespace, view);
    }
  }

  /** Sets of records that together hold every match of the equalities; undefined when this index cannot tell. */
  narrow(equalities: Equalities): Set<StoredRecord>[] | undefined {
    const { sparse, partialFilterExpression } = this.spec;
    let depth = 0;
    let probes = [""];
    for (const { name } of this.#fields) {
      const keys = equalities.get(name);
      if (!keys || (sparse && keys.has(nullKey)) || probes.length * keys.size > maxProbes) break;
      probes = combine(probes, keys);
      depth += 1;
    }
    if (depth === 0 || partialFilterExpression) return undefined;
    return probes.flatMap((probe) => {
      const held = this.#records.get(`${depth}${probe}`);
      if (!held) return [];
      return held instanceof Set ? held : new Set([held]);
    });
  }

  /** For each prefix the keys of a document; none when the index does not concern it. */
  #keys(view: Doc): string[][] {
    if (!this.#covers(view)) return [];
    const values = this.#fields.map(({ parts }) => valuesAt(view, parts, true));
    if (this.spec.sparse && values.flat().every((value) => value === undefined)) return [];
    let keys = [""];
    return values.map((list, at) => {
      keys = combine(keys, new Set(list.length === 0 ? [nullKey] : list.map(keyOf)));
      return keys.map((key) => `${at + 1}${key}`);
    });
  }

  #duplicate(namespace: string, view: Doc): MongoError {
    const keyValue: Doc = {};
    for (const { name, parts } of this.#fields) keyValue[name] = valuesAt(view, parts, false)[0] ?? null;
    const { name, key: keyPattern } = this.spec;
    const dup = Object.entries(keyValue).map(([field, value]) => `${field}: ${JSON.stringify(value)}`);
    const message = `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${dup.join(", ")} }`;
    return new MongoError(11000, message, { keyPattern, keyValue });
  }
}

function combine(prefixes: string[], keys: ReadonlySet<string>): string[] {
  return prefixes.flatMap((prefix) => Array.from(keys, (key) => prefix + key));
}
