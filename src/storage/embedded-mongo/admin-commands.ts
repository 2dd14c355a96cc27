/**
 * hello and the other commands about the server, its collections and its indexes.
 *
 * The server poses as the only member of a replica set, so that drivers retry writes. `hello` has no
 * `topologyVersion`, so they poll instead of streaming. Indexes are ascending or descending and may be unique, sparse
 * or partial; every other kind and option, TTL included, is refused.
 */
import { type Doc, encode, keyOf, maxDocumentBytes } from "./bson-values.ts";
import type { Collection } from "./collection.ts";
import type { IndexSpec } from "./collection-index.ts";
import { type Command, type Context, defineCommand, namespaceOf, parse, sessionOf } from "./command.ts";
import { compileFilter } from "./filter.ts";
import { MongoError } from "./mongo-error.ts";
import { maxMessageBytes } from "./wire-protocol.ts";
import { maxStatements } from "./write-commands.ts";

const hello = defineCommand(
  { typed: ["helloOk", "client", "compression", "backpressure"] },
  (_fields, { address, now }) => ({
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    secondary: false,
    setName: "embedded",
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: maxMessageBytes,
    maxWriteBatchSize: maxStatements,
    localTime: new Date(now),
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
  }),
);

const buildInfo = defineCommand({}, () => ({
  version: "7.0.0",
  versionArray: [7, 0, 0, 0],
  modules: ["embedded"],
}));

const endSessions = defineCommand({}, (_fields, { database: { store }, command, name }) => {
  for (const lsid of command[name] as Doc[]) store.write("removeSession", sessionOf(lsid));
  return {};
});

const create = defineCommand({}, (_fields, context) => {
  const namespace = namespaceOf(context);
  if (context.database.find(namespace)) throw new MongoError(48, `Collection ${namespace} already exists.`);
  context.database.findOrCreate(namespace);
  return {};
});

const drop = defineCommand({}, (_fields, context) => {
  const collection = context.database.find(namespaceOf(context));
  if (collection) context.database.drop(collection);
  return {};
});

const dropDatabase = defineCommand({}, (_fields, { database, db }) => {
  for (const collection of database.collectionsOf(db)) database.drop(collection);
  return { dropped: db };
});

const listSpec = {
  doc: ["filter"],
  batchSize: ["cursor"],
  flag: ["nameOnly", "authorizedCollections"],
} as const;

const listCollections = defineCommand(listSpec, ({ filter, cursor }, { database, db, cursors }) => {
  const listed = database
    .collectionsOf(db)
    .map(({ namespace }): Doc => ({ name: namespace.slice(db.length + 1), type: "collection" }))
    .filter(compileFilter(filter));
  return { cursor: cursors.start(`${db}.$cmd.listCollections`, listed.map(encode), cursor) };
});

const listIndexes = defineCommand({ batchSize: ["cursor"] }, ({ cursor }, context) => {
  const { namespace, indexes } = existing(context);
  const specs = indexes.map(({ spec }) => encode(spec));
  return { cursor: context.cursors.start(namespace, specs, cursor) };
});

const createIndexes = defineCommand({ list: ["indexes"] }, ({ indexes }, context) => {
  const specs = indexes.map((index) => parseIndex(index as Doc));
  const collection = context.database.findOrCreate(namespaceOf(context));
  const numIndexesBefore = collection.indexes.length;
  try {
    for (const spec of specs) if (!isKnown(collection, spec)) collection.addIndex(spec);
  } catch (error) {
    collection.indexes.length = numIndexesBefore;
    throw error;
  }
  context.database.saveCatalog(collection);
  return { numIndexesBefore, numIndexesAfter: collection.indexes.length };
});

const dropIndexes = defineCommand({ typed: ["index"] }, ({ index }, context) => {
  const collection = existing(context);
  const nIndexesWas = collection.indexes.length;
  if (index === "_id_") throw new MongoError(72, "cannot drop _id index");
  const kept = collection.indexes.filter(
    ({ spec: { name } }) => name === "_id_" || (index !== "*" && name !== index),
  );
  if (index !== "*" && kept.length === nIndexesWas)
    throw new MongoError(27, `no index has the name ${JSON.stringify(index)}`);
  collection.indexes.splice(0, nIndexesWas, ...kept);
  context.database.saveCatalog(collection);
  return { nIndexesWas };
});

function existing(context: Context): Collection {
  const namespace = namespaceOf(context);
  const collection = context.database.find(namespace);
  if (collection) return collection;
  throw new MongoError(26, `ns does not exist: ${namespace}`);
}

const indexSpec = {
  typed: ["v", "name"],
  doc: ["key", "partialFilterExpression"],
  flag: ["unique", "sparse", "background"],
} as const;

function parseIndex(given: Doc): IndexSpec {
  const { key, name, ...options } = parse("createIndexes.indexes", indexSpec, given);
  if (typeof name !== "string" || name === "" || name === "*" || Object.keys(key).length === 0)
    throw new MongoError(67, "an index needs a name and a key with at least one field");
  for (const [field, direction] of Object.entries(key))
    if (typeof direction !== "number" || direction === 0 || /(^|\.)(\$|$)/.test(field))
      throw new MongoError(67, `index key not supported: ${field}: ${String(direction)}`);
  const { unique, sparse, partialFilterExpression } = options;
  compileFilter(partialFilterExpression);
  const partial = given.partialFilterExpression !== undefined && { partialFilterExpression };
  return { v: 2, key, name, ...(unique && { unique }), ...(sparse && { sparse }), ...partial };
}

/** Throws when the name or the key is taken by another index. */
function isKnown({ indexes }: Collection, spec: IndexSpec): boolean {
  const taken = indexes.map((index) => index.spec);
  const known = taken.find(({ name, key }) => name === spec.name || keyOf(key) === keyOf(spec.key));
  if (known && keyOf(known) !== keyOf(spec))
    throw new MongoError(known.name === spec.name ? 86 : 85, `in conflict with the index ${known.name}`);
  return known !== undefined;
}

export const adminCommands: Record<string, Command> = {
  hello,
  ismaster: hello,
  ping: defineCommand({}, () => ({})),
  buildInfo,
  buildinfo: buildInfo,
  endSessions,
  create,
  drop,
  dropDatabase,
  listCollections,
  listIndexes,
  createIndexes,
  dropIndexes,
};
