/**
 * insert, update, delete and findAndModify. A command is executed at once and as a whole, between two turns of the
 * event loop; nobody sees half of it. Statements fail one by one as in MongoDB: an error stops an ordered command at
 * that statement, and what was written before stays.
 */
import { project } from "./aggregation.ts";
import { type Doc, decode } from "./bson-values.ts";
import { asDoc, type Command, type Context, defineCommand, namespaceOf, parse } from "./command.ts";
import { Raw } from "./cursors.ts";
import { MongoError } from "./mongo-error.ts";
import { compileUpdate, isReplacement, seedFromFilter } from "./update.ts";

export const maxStatements = 100_000;

/** Runs the statements of a command and collects `writeErrors`. */
function runStatements(
  statements: unknown[],
  ordered: unknown,
  run: (statement: Doc, index: number) => void,
): Doc {
  if (statements.length === 0 || statements.length > maxStatements)
    throw new MongoError(16, `Write batch sizes must be between 1 and ${maxStatements}`);
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement as Doc, index);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      writeErrors.push({ index, ...error.reply });
      if (ordered !== false) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

interface Modification {
  /** Typed. */
  query: unknown;
  update: unknown;
  arrayFilters: Doc[];
  sort?: Doc;
  multi: boolean;
  upsert: boolean;
}

/** Changes what matches; without a match inserts, if it shall. */
function modify(given: Modification, context: Context) {
  const { query, update, arrayFilters, sort, multi, upsert } = given;
  const collection = context.database.findOrCreate(namespaceOf(context));
  const filter = asDoc(query);
  const apply = compileUpdate(update, arrayFilters);
  const now = new Date(context.now);
  const changed = collection.select({ filter, sort, limit: multi ? 0 : 1 }).map((record) => {
    const before = record.body;
    const document = apply({ document: decode(before), filter, inserting: false, now });
    return { isModified: collection.replace(record, document), before, after: record.body };
  });
  if (changed.length > 0 || !upsert) return { changed };
  const seed = seedFromFilter((query ?? {}) as Doc, isReplacement(update));
  const { body } = collection.insert(apply({ document: seed, filter, inserting: true, now }));
  return { changed, inserted: { body, _id: decode(body)._id } };
}

function refuseRetryOfMany(many: boolean, { command }: Context): void {
  if (many && command.txnNumber !== undefined)
    throw new MongoError(72, "a retryable write must not concern many documents");
}

const insert = defineCommand(
  { list: ["documents"], typed: ["ordered"] },
  ({ documents, ordered }, context) => {
    const collection = context.database.findOrCreate(namespaceOf(context));
    let n = 0;
    const errors = runStatements(documents, ordered, (document) => {
      collection.insert(document);
      n += 1;
    });
    return { n, ...errors };
  },
);

const updateSpec = { typed: ["q", "u"], flag: ["multi", "upsert"], docs: ["arrayFilters"] } as const;

const update = defineCommand({ list: ["updates"], typed: ["ordered"] }, ({ updates, ordered }, context) => {
  let [n, nModified] = [0, 0];
  const upserted: Doc[] = [];
  const errors = runStatements(updates, ordered, (statement, index) => {
    const { q, u, ...options } = parse("update.updates", updateSpec, statement);
    refuseRetryOfMany(options.multi, context);
    if (options.multi && isReplacement(u))
      throw new MongoError(9, "a replacement cannot be for many documents");
    const { changed, inserted } = modify({ query: q, update: u, ...options }, context);
    if (inserted) upserted.push({ index, _id: inserted._id });
    n += changed.length + (inserted ? 1 : 0);
    nModified += changed.filter(({ isModified }) => isModified).length;
  });
  return { n, nModified, ...(upserted.length > 0 && { upserted }), ...errors };
});

const remove = defineCommand({ list: ["deletes"], typed: ["ordered"] }, ({ deletes, ordered }, context) => {
  const collection = context.database.findOrCreate(namespaceOf(context));
  let n = 0;
  const errors = runStatements(deletes, ordered, (statement) => {
    const { q, limit } = parse("delete.deletes", { doc: ["q"], count: ["limit"] }, statement);
    if (limit !== 0 && limit !== 1) throw new MongoError(9, "the limit of a delete must be 0 or 1");
    refuseRetryOfMany(limit === 0, context);
    for (const record of collection.select({ filter: q, limit })) {
      collection.remove(record);
      n += 1;
    }
  });
  return { n, ...errors };
});

const findAndModifySpec = {
  typed: ["query", "update"],
  doc: ["sort", "fields"],
  flag: ["remove", "new", "upsert"],
  docs: ["arrayFilters"],
} as const;

const findAndModify = defineCommand(findAndModifySpec, (given, context) => {
  if (given.remove === (given.update !== undefined) || (given.remove && (given.new || given.upsert)))
    throw new MongoError(9, "Either an update or remove=true must be specified, and not both");
  const answer = (body: Uint8Array | undefined) =>
    body ? project([body], given.fields).map((document) => new Raw(3, document))[0] : null;
  if (given.remove) {
    const collection = context.database.findOrCreate(namespaceOf(context));
    const [record] = collection.select({ filter: asDoc(given.query), sort: given.sort, limit: 1 });
    if (record) collection.remove(record);
    return { lastErrorObject: { n: record ? 1 : 0 }, value: answer(record?.body) };
  }
  const { changed, inserted } = modify({ ...given, multi: false }, context);
  const n = changed.length + (inserted ? 1 : 0);
  const upserted = inserted && { upserted: inserted._id };
  const value = given.new ? (changed[0]?.after ?? inserted?.body) : changed[0]?.before;
  return { lastErrorObject: { n, updatedExisting: changed.length > 0, ...upserted }, value: answer(value) };
});

export const writeCommands: Record<string, Command> = { insert, update, delete: remove, findAndModify };
