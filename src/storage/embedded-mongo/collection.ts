/**
 * One collection: its records and indexes in memory, each change written through to the store within the open
 * transaction. Unique indexes are checked before anything changes, so a refused statement leaves no trace. A filter
 * with equalities on the leading fields of an index reads only the records found there; every other filter scans.
 * Unsorted results come in order of insertion, save that a changed document keeps its place.
 */
import { ObjectId } from "bson";
import { type Doc, decode, encode, isOperatorDoc, keyOf, rankOf, sortBy, toView } from "./bson-values.ts";
import { CollectionIndex, type Equalities, type IndexSpec, type StoredRecord } from "./collection-index.ts";
import type { DocumentStore } from "./document-store.ts";
import { compileFilter } from "./filter.ts";
import { MongoError } from "./mongo-error.ts";

export interface Selection {
  filter: Doc;
  sort?: Doc | undefined;
  skip?: number | undefined;
  /** 0 or undefined: all. */
  limit?: number | undefined;
}

export class Collection {
  readonly id: number;
  readonly namespace: string;
  readonly indexes: CollectionIndex[];
  readonly records = new Set<StoredRecord>();
  readonly #store: DocumentStore;

  constructor(id: number, namespace: string, specs: IndexSpec[], store: DocumentStore) {
    this.id = id;
    this.namespace = namespace;
    this.indexes = specs.map((spec) => new CollectionIndex(spec));
    this.#store = store;
  }

  /** Takes a record that is in the store already. */
  load(record: StoredRecord): void {
    this.records.add(record);
    for (const index of this.indexes) index.add(record);
  }

  select({ filter, sort = {}, skip = 0, limit = 0 }: Selection): StoredRecord[] {
    const test = compileFilter(filter);
    const end = limit > 0 ? skip + limit : Number.POSITIVE_INFINITY;
    const isSorted = Object.keys(sort).length > 0;
    const found: StoredRecord[] = [];
    for (const record of this.#candidates(filter)) {
      if (!isSorted && found.length >= end) break;
      if (test(record.view)) found.push(record);
    }
    return (isSorted ? sortBy(found, sort, ({ view }) => view) : found).slice(skip, end);
  }

  insert({ _id: id = new ObjectId(), ...rest }: Doc): StoredRecord {
    const { body, view } = check({ _id: id, ...rest });
    for (const index of this.indexes) index.refuseDuplicate(this.namespace, view);
    const record = { seq: this.#store.write("insert", this.id, body), body, view };
    this.load(record);
    return record;
  }

  /** Returns false when the new document equals the old one to the byte. */
  replace(record: StoredRecord, document: Doc): boolean {
    const { body, view } = check(document);
    if (Buffer.compare(body, record.body) === 0) return false;
    for (const index of this.indexes) index.refuseDuplicate(this.namespace, view, record);
    for (const index of this.indexes) index.remove(record);
    Object.assign(record, { body, view });
    for (const index of this.indexes) index.add(record);
    this.#store.write("replace", body, record.seq);
    return true;
  }

  remove(record: StoredRecord): void {
    for (const index of this.indexes) index.remove(record);
    this.records.delete(record);
    this.#store.write("remove", record.seq);
  }

  /** A duplicate among the records leaves the collection as it was. */
  addIndex(spec: IndexSpec): void {
    const index = new CollectionIndex(spec);
    for (const record of this.records) {
      index.refuseDuplicate(this.namespace, record.view);
      index.add(record);
    }
    this.indexes.push(index);
  }

  #candidates(filter: Doc): Iterable<StoredRecord> {
    const equalities = equalitiesOf(filter);
    let best: { sets: Set<StoredRecord>[]; size: number } | undefined;
    for (const index of equalities.size > 0 ? this.indexes : []) {
      const sets = index.narrow(equalities);
      const size = sets?.reduce((sum, set) => sum + set.size, 0) ?? Number.POSITIVE_INFINITY;
      if (sets && size < (best?.size ?? this.records.size)) best = { sets, size };
      if (best && best.size <= 1) break;
    }
    if (!best) return this.records;
    return [...new Set(best.sets.flatMap((set) => [...set]))].sort((left, right) => left.seq - right.seq);
  }
}

function check(typed: Doc): { body: Uint8Array; view: Doc } {
  const body = encode(typed);
  const view = toView(typed) as Doc;
  if (Array.isArray(view._id) || view._id instanceof RegExp)
    throw new MongoError(53, "The '_id' value cannot be an array or a regex");
  return { body, view };
}

/** The equality and $in conditions every match must meet. An array or a pattern says nothing about one key. */
function equalitiesOf(filter: Doc, into = new Map<string, Set<string>>()): Equalities {
  for (const [path, condition] of Object.entries(filter)) {
    if (path === "$and") for (const part of condition as Doc[]) equalitiesOf(part, into);
    if (path.startsWith("$") || into.has(path)) continue;
    const values = demandedValues(condition);
    if (values?.every((value) => !Array.isArray(value) && rankOf(value) !== rankOf(/./)))
      into.set(path, new Set(values.map(keyOf)));
  }
  return into;
}

function demandedValues(condition: unknown): unknown[] | undefined {
  if (!isOperatorDoc(condition)) return [condition];
  if ("$eq" in condition) return [condition.$eq];
  return condition.$in as unknown[] | undefined;
}

/** The collections by namespace, loaded from the store at start; their catalog is kept there. */
export class Database {
  readonly store: DocumentStore;
  readonly #collections = new Map<string, Collection>();

  constructor(store: DocumentStore) {
    this.store = store;
    const byId = new Map<number, Collection>();
    const { collections, documents } = store.load();
    for (const { id, namespace, catalog } of collections) {
      const { indexes } = toView(decode(catalog)) as { indexes: IndexSpec[] };
      byId.set(id, this.#add(new Collection(id, namespace, indexes, store)));
    }
    for (const { seq, collection, body } of documents)
      byId.get(collection)?.load({ seq, body, view: toView(decode(body)) as Doc });
  }

  find(namespace: string): Collection | undefined {
    return this.#collections.get(namespace);
  }

  findOrCreate(namespace: string): Collection {
    const known = this.#collections.get(namespace);
    if (known) return known;
    const indexes = [{ v: 2, key: { _id: 1 }, name: "_id_", unique: true }];
    const id = this.store.write("addCollection", namespace, encode({ indexes }));
    return this.#add(new Collection(id, namespace, indexes, this.store));
  }

  /** Refuses a malformed filter also when there is no such collection. */
  select(namespace: string, selection: Selection): StoredRecord[] {
    const collection = this.find(namespace);
    if (!collection) compileFilter(selection.filter);
    return collection?.select(selection) ?? [];
  }

  /** In order of creation. */
  collectionsOf(db: string): Collection[] {
    return [...this.#collections.values()].filter(({ namespace }) => namespace.startsWith(`${db}.`));
  }

  /** Keeps what has become of a collection's indexes. */
  saveCatalog({ id, indexes }: Collection): void {
    this.store.write("putCatalog", encode({ indexes: indexes.map(({ spec }) => spec) }), id);
  }

  drop({ id, namespace }: Collection): void {
    this.store.write("removeAll", id);
    this.store.write("removeCollection", id);
    this.#collections.delete(namespace);
  }

  #add(collection: Collection): Collection {
    this.#collections.set(collection.namespace, collection);
    return collection;
  }
}
