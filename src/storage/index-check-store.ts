/**
 * Compares the indexes that models declare with those the database has, and creates what is missing if it shall.
 *
 * An index that differs from a declared one in its options (unique, sparse, partial, collation, expiry) is a
 * conflict: it is told, never changed. Indexes that nobody declares are told and never dropped: an operator may need
 * them. Models of the same collection are looked at together. Two processes may create at once. An index of a
 * large collection takes longer to build than a server allows a statement: create with a connection that waits.
 *
 * What it does not do: a text index is listed by MongoDB with another key than it was declared with, so it is found
 * missing each time. Of a collation the locale and strength are compared. The index of `_id` is left out.
 */
import type { Connection } from "mongoose";

type AnyModel = Connection["models"][string];
type Options = Record<string, unknown>;

interface Index {
  key: Options;
  options: Options;
}

/** Each index as `collection: {"field":1}`, with its options and, in `conflicts`, what is wrong. */
export interface IndexReport {
  /** Declared and not there. After a creation only what could not be created, which `conflicts` explains. */
  missing: string[];
  created: string[];
  conflicts: string[];
  undeclared: string[];
}

/** What makes two indexes of the same key differ; absent and false are the same. */
const TELLING_OPTIONS = ["unique", "sparse", "partialFilterExpression", "expireAfterSeconds", "collation"];

const NO_SUCH_COLLECTION = 26;
/** Options conflict, name conflict, duplicates among the documents of a unique index. */
const CREATION_REFUSED = new Set([85, 86, 11_000]);

export async function checkIndexes(
  models: Iterable<AnyModel>,
  { create }: { create: boolean },
): Promise<IndexReport> {
  const report: IndexReport = { missing: [], created: [], conflicts: [], undeclared: [] };
  const byCollection = Map.groupBy(models, (model) => model.collection.collectionName);
  for (const group of byCollection.values()) await checkCollection(group, create, report);
  return report;
}

async function checkCollection(
  models: readonly AnyModel[],
  create: boolean,
  report: IndexReport,
): Promise<void> {
  const [model] = models;
  if (model === undefined) return;
  const { collection } = model;
  // A path and its schema, or two models, may declare the same one.
  const declared = [
    ...new Map(models.flatMap(declaredIndexes).map((index) => [describe(index), index])).values(),
  ];
  const present = await presentIndexes(model);
  const say = (index: Index): string => `${collection.collectionName}: ${describe(index)}`;

  const undeclared = present.filter((index) => !declared.some((other) => isSame(index, other)));
  for (const index of declared) {
    if (present.some((other) => isSame(index, other))) continue;
    const rival = undeclared.find((other) => keyText(other) === keyText(index));
    if (rival !== undefined) {
      undeclared.splice(undeclared.indexOf(rival), 1);
      report.conflicts.push(`${say(index)} is declared, but the database has ${describe(rival)}`);
      continue;
    }
    const refusal = create ? await createIndex(model, index) : undefined;
    if (refusal !== undefined) report.conflicts.push(`${say(index)} cannot be created: ${refusal}`);
    if (create && refusal === undefined) report.created.push(say(index));
    else report.missing.push(say(index));
  }
  report.undeclared.push(...undeclared.map(say));
}

function declaredIndexes(model: AnyModel): Index[] {
  const declared = (model.schema.indexes() as [Options, Options][]).map(([key, { ...options }]) => {
    // Mongoose's own mark, which the database does not know.
    delete options["_autoIndex"];
    return { key, options };
  });
  return declared;
}

async function presentIndexes(model: AnyModel): Promise<Index[]> {
  try {
    const listed = (await model.collection.listIndexes().toArray()) as (Options & { key: Options })[];
    return listed.filter(({ name }) => name !== "_id_").map(({ key, ...options }) => ({ key, options }));
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_SUCH_COLLECTION) return [];
    throw error;
  }
}

/** @returns why the database refused. */
async function createIndex(model: AnyModel, { key, options }: Index): Promise<string | undefined> {
  try {
    await model.collection.createIndex(key as Record<string, 1 | -1>, options);
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: number; message: string };
    if (code === undefined || !CREATION_REFUSED.has(code)) throw error;
    return message;
  }
}

function isSame(left: Index, right: Index): boolean {
  return describe(left) === describe(right);
}

function keyText({ key }: Index): string {
  return JSON.stringify(key);
}

/** The key and the options that tell indexes apart: equal for equal indexes. */
function describe({ key, options }: Index): string {
  const telling = TELLING_OPTIONS.map((name) => [name, plain(name, options[name])] as const)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([name, value]) => (value === true ? name : `${name} ${JSON.stringify(value)}`));
  return [JSON.stringify(key), ...telling].join(" ");
}

/** MongoDB lists a collation with all its defaults, and from version 9 on the default one as well. */
function plain(name: string, value: unknown): unknown {
  if (name !== "collation" || value === undefined) return value;
  const { locale, strength = 3 } = value as { locale: string; strength?: number };
  return locale === "simple" ? undefined : { locale, strength };
}
