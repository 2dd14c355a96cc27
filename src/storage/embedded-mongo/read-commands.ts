/**
 * find, getMore, killCursors, aggregate, count and distinct. Reads see every write executed before them; their replies
 * wait for the commit of those writes, so nothing is answered that a kill could take back.
 */
import { aggregate, project } from "./aggregation.ts";
import { decode, keyOf, toView, valuesAt } from "./bson-values.ts";
import { type Command, defineCommand, namespaceOf } from "./command.ts";
import { MongoError } from "./mongo-error.ts";

const findSpec = {
  doc: ["filter", "sort", "projection"],
  count: ["skip", "limit", "batchSize"],
  flag: ["singleBatch", "allowDiskUse"],
} as const;

const find = defineCommand(findSpec, ({ projection, batchSize, singleBatch, ...selection }, context) => {
  const namespace = namespaceOf(context);
  const bodies = context.database.select(namespace, selection).map(({ body }) => body);
  return { cursor: context.cursors.start(namespace, project(bodies, projection), batchSize, singleBatch) };
});

const getMore = defineCommand(
  { typed: ["collection"], count: ["batchSize"] },
  ({ collection, batchSize }, context) => {
    const { db, cursors, command } = context;
    const size = batchSize || Number.POSITIVE_INFINITY;
    return { cursor: cursors.next(String(command.getMore), `${db}.${String(collection)}`, size) };
  },
);

const killCursors = defineCommand({ list: ["cursors"] }, (given, { cursors }) => {
  const cursorsKilled = given.cursors.filter((id) => cursors.kill(String(id)));
  const cursorsNotFound = given.cursors.filter((id) => !cursorsKilled.includes(id));
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
});

const aggregateSpec = { docs: ["pipeline"], batchSize: ["cursor"], flag: ["allowDiskUse"] } as const;

const aggregateCommand = defineCommand(aggregateSpec, ({ pipeline, cursor }, context) => {
  const namespace = namespaceOf(context);
  if (context.command.cursor === undefined) throw new MongoError(9, "The 'cursor' option is required");
  return { cursor: context.cursors.start(namespace, aggregate(pipeline, namespace, context), cursor) };
});

const count = defineCommand({ doc: ["query"], count: ["limit", "skip"] }, ({ query, ...range }, context) => {
  const collection = context.database.find(namespaceOf(context));
  return { n: collection?.select({ filter: query, ...range }).length ?? 0 };
});

const distinct = defineCommand({ typed: ["key"], doc: ["query"] }, ({ key, query }, context) => {
  if (typeof key !== "string") throw new MongoError(14, "distinct needs a key that is a string");
  const values = new Map<string, unknown>();
  // The elements of an array stand for it.
  for (const { body } of context.database.select(namespaceOf(context), { filter: query }))
    for (const value of valuesAt(decode(body), key.split("."), false).flat())
      if (value !== undefined) values.set(keyOf(toView(value)), value);
  return { values: [...values.values()] };
});

export const readCommands: Record<string, Command> = {
  find,
  getMore,
  killCursors,
  aggregate: aggregateCommand,
  count,
  distinct,
};
