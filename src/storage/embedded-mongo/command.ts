/**
 * A command is a list of the fields it knows, each with its kind, and what it does with them. Every other field is
 * refused, save those any command may have; of these, readConcern, maxTimeMS and comment change no result here.
 */
import { type Doc, isDoc, toView } from "./bson-values.ts";
import type { Database } from "./collection.ts";
import type { Cursors } from "./cursors.ts";
import { MongoError } from "./mongo-error.ts";

/** How a field's typed value is read; `undefined` stands for a missing field. */
const kinds = {
  typed: (value: unknown) => value,
  flag: (value: unknown) => Boolean(toView(value ?? false)),
  doc: asDoc,
  /** Views; empty when missing. */
  docs: (value: unknown) => kinds.list(value ?? []).map(asDoc),
  /** Typed documents or values. */
  list(value: unknown): unknown[] {
    if (Array.isArray(value)) return value;
    if (value === undefined) throw new MongoError(40414, "missing but a required field");
    throw new MongoError(14, "expected type 'array'");
  },
  /** The batch size within the `cursor` field. */
  batchSize: (value: unknown): number | undefined =>
    kinds.count(parse("cursor", { typed: ["batchSize"] }, asDoc(value)).batchSize),
  /** Undefined when missing. */
  count(value: unknown): number | undefined {
    const number = value === undefined ? undefined : toView(value);
    if (number === undefined || (Number.isSafeInteger(number) && Number(number) >= 0))
      return number as number;
    throw new MongoError(14, "expected a whole number");
  },
};

/** A view; empty when missing. */
export function asDoc(value: unknown): Doc {
  if (value === undefined || isDoc(value)) return toView(value ?? {}) as Doc;
  throw new MongoError(14, "expected type 'object'");
}

/** The names of the fields by their kind. */
type Spec = { readonly [Kind in keyof typeof kinds]?: readonly string[] };
type Parsed<S extends Spec> = {
  [Kind in keyof S & keyof typeof kinds as NonNullable<S[Kind]>[number]]: ReturnType<(typeof kinds)[Kind]>;
};

export interface Context {
  database: Database;
  cursors: Cursors;
  name: string;
  db: string;
  /** The whole command in typed form. */
  command: Doc;
  now: number;
  /** This server's host:port. */
  address: string;
}

/** Gives the reply without `ok`. */
export type Command = (context: Context) => Doc;

const common = new Set(
  "$db lsid txnNumber $readPreference $clusterTime comment maxTimeMS readConcern writeConcern".split(" "),
);

export function defineCommand<const S extends Spec>(
  spec: S,
  run: (fields: Parsed<S>, context: Context) => Doc,
): Command {
  return (context) => {
    const fields = Object.entries(context.command).filter(
      ([key]) => key !== context.name && !common.has(key),
    );
    const { writeConcern } = context.command;
    if (isDoc(writeConcern) && Number(writeConcern.w ?? 1) > 1)
      throw new MongoError(100, "Not enough data-bearing nodes");
    return run(parse(context.name, spec, Object.fromEntries(fields)), context);
  };
}

export function parse<const S extends Spec>(where: string, spec: S, given: Doc): Parsed<S> {
  const parsed: Doc = {};
  for (const [kind, fields] of Object.entries(spec))
    for (const field of fields) parsed[field] = kinds[kind as keyof typeof kinds](given[field]);
  for (const field of Object.keys(given))
    if (!Object.hasOwn(parsed, field))
      throw new MongoError(40415, `BSON field '${where}.${field}' is unknown or not supported`);
  return parsed as Parsed<S>;
}

/** The namespace that is the value of the command's first field. */
export function namespaceOf({ db, name, command }: Context): string {
  const collection = command[name];
  if (
    typeof collection !== "string" ||
    /^$|^\.|\.$|\$|\0|^system\./.test(collection) ||
    /^$|[/\\. "$\0]/.test(db)
  )
    throw new MongoError(73, `Invalid namespace specified '${db}.${String(collection)}'`);
  return `${db}.${collection}`;
}

export function sessionOf(lsid: Doc): string {
  return String(toView(lsid.id));
}
