/**
 * Aggregation by mingo over copies of the views. Leading $match, $sort and $limit stages are answered by the
 * collection itself, with its indexes and the documents as they are stored.
 *
 * What is computed comes back in plain numbers: an int64 as int32 or double. A document with a value that no plain
 * number can hold (an int64 beyond 2^53, Decimal128) is refused rather than left out of a sum. Refused as well: the
 * stages outside the list, $out, $merge and $changeStream among them, and $set of a path or a nested document, which
 * mingo would replace instead of merge. A path below an ObjectId or a Binary reaches into it, as into an object.
 */
import { Decimal128, Long } from "bson";
import { Aggregator } from "mingo/aggregator";
import { Context as MingoContext } from "mingo/core";
import { Lazy } from "mingo/lazy";
import * as accumulator from "mingo/operators/accumulator";
import * as expression from "mingo/operators/expression";
import * as stages from "mingo/operators/pipeline";
import { type Doc, decode, encode, isDoc, isOperatorDoc, sortBy } from "./bson-values.ts";
import type { StoredRecord } from "./collection-index.ts";
import type { Context } from "./command.ts";
import { queryOperators } from "./filter.ts";
import { MongoError } from "./mongo-error.ts";

type Operators = NonNullable<Parameters<typeof MingoContext.init>[0]>;

const { $match, $project, $set, $addFields, $unset, $group, $skip, $limit, $unwind, $lookup } = stages;
const $sort = (documents: ReturnType<typeof Lazy>, sort: Doc) =>
  documents.transform((list) => Lazy(sortBy(list as Doc[], sort, (document) => document)));
const pipeline = {
  $match,
  $project,
  $set,
  $addFields,
  $unset,
  $group,
  $sort,
  $skip,
  $limit,
  $unwind,
  $lookup,
} as unknown as NonNullable<Operators["pipeline"]>;
const operators = MingoContext.init({ accumulator, expression, pipeline, query: queryOperators });

export function aggregate(given: Doc[], namespace: string, { database, db }: Context): Uint8Array[] {
  const rest = given.flatMap(checkStage);
  const leading = (name: string) => (rest[0] && name in rest[0] ? rest.shift()?.[name] : undefined);
  const filter = (leading("$match") ?? {}) as Doc;
  const sort = leading("$sort") as Doc | undefined;
  const records = database.select(namespace, {
    filter,
    sort,
    limit: leading("$limit") as number | undefined,
  });
  if (rest.length === 0) return records.map(({ body }) => body);
  const collectionResolver = (name: string) => database.select(`${db}.${name}`, { filter: {} }).map(copyOf);
  return run(rest, records.map(copyOf), { collectionResolver }).map(encode);
}

function run(pipeline: Doc[], documents: Doc[], options: object): Doc[] {
  try {
    return new Aggregator(pipeline, { context: operators, scriptEnabled: false, ...options }).run<Doc>(
      documents,
    );
  } catch (error) {
    const message = (error as Error).message;
    if (message.includes("is not registered")) throw new MongoError(168, message);
    throw MongoError.from(error);
  }
}

/** Stages may write into their input. */
function copyOf({ view }: StoredRecord): Doc {
  return copy(view) as Doc;
}

function copy(value: unknown): unknown {
  if (value instanceof Long || value instanceof Decimal128)
    throw new MongoError(238, "cannot compute with int64 beyond 2^53 or Decimal128");
  if (Array.isArray(value)) return value.map(copy);
  if (!isDoc(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}

/** $count becomes the stages that MongoDB defines it by, as mingo's counts nothing as 0. */
function checkStage(stage: Doc): Doc[] {
  const [[name, body] = ["", undefined], ...more] = Object.entries(stage);
  if (name === "" || more.length > 0)
    throw new MongoError(40323, "A pipeline stage must be an object with exactly one field.");
  if (name === "$count")
    return [{ $group: { _id: null, [String(body)]: { $sum: 1 } } }, { $project: { _id: 0 } }];
  if (!Object.hasOwn(pipeline, name))
    throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
  if ((name === "$skip" || name === "$limit") && !(Number.isSafeInteger(body) && Number(body) > 0))
    throw new MongoError(2, `${name} needs a positive whole number`);
  if ((name === "$match" || name === "$sort") && !isDoc(body))
    throw new MongoError(2, `${name} needs an object`);
  if (isDoc(body) && (name === "$set" || name === "$addFields"))
    for (const [path, value] of Object.entries(body))
      if (path.includes(".") || (isDoc(value) && !isOperatorDoc(value)))
        throw new MongoError(238, `${name} sets top-level fields to expressions only: ${path}`);
  if (name === "$lookup" && isDoc(body) && "pipeline" in body)
    throw new MongoError(238, "$lookup joins by localField and foreignField only");
  return [stage];
}

/** Inclusion and exclusion of paths, on typed documents, so that number types stay; everything else is refused. */
export function project(bodies: Uint8Array[], projection: Doc): Uint8Array[] {
  for (const [path, value] of Object.entries(projection))
    if ((typeof value !== "number" && typeof value !== "boolean") || path.includes("$"))
      throw new MongoError(238, `projections include or exclude fields only: ${path}`);
  if (Object.keys(projection).length === 0) return bodies;
  return run([{ $project: projection }], bodies.map(decode), {}).map(encode);
}
