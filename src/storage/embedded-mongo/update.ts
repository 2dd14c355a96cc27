/**
 * Update operators, replacement documents and the seed of an upsert. Pure: works on typed documents and is handed the
 * time. An update is checked as a whole first (unknown operators, conflicting paths), and what fails while it is
 * applied concerns a private copy, so a refused update has changed nothing. New fields come in the order given.
 *
 * Refused: pipeline updates, $bit, timestamps in $currentDate, arithmetic on Decimal128.
 */
import { BSONRegExp, Decimal128, Double, Int32, Long, ObjectId } from "bson";
import { compareValues, type Doc, isDoc, isOperatorDoc, keyOf, sortBy, toView } from "./bson-values.ts";
import { compileFilter, type Test } from "./filter.ts";
import { MongoError } from "./mongo-error.ts";
import { findPlaces, type Place, pathEnvironment } from "./update-paths.ts";

export interface UpdateRun {
  /** A private typed copy of the document; operators change it in place. */
  document: Doc;
  /** A view. */
  filter: Doc;
  inserting: boolean;
  now: Date;
}

/** Applies the update and returns the new document, `_id` first. */
export type Update = (run: UpdateRun) => Doc;

interface Step {
  name: string;
  path: string;
  operand: unknown;
}

type Operator = (place: Place, step: Step, run: UpdateRun) => void;

/** These name nothing when the path is missing; all others create it. */
const neverCreates = new Set(["$unset", "$pull", "$pullAll", "$pop", "$rename"]);

const operators: Record<string, Operator> = {
  $set: (place, { operand }) => place.write(operand),
  $setOnInsert: (place, { operand }) => place.write(operand),
  $unset: (place) => place.remove(),
  $inc: calculate,
  $mul: calculate,
  $min: (place, { operand }) => replaceIf(place, operand, (order) => order < 0),
  $max: (place, { operand }) => replaceIf(place, operand, (order) => order > 0),
  $currentDate: (place, { operand }, { now }) => {
    if (operand !== true && !(isDoc(operand) && operand.$type === "date"))
      throw new MongoError(238, "$currentDate takes true or { $type: 'date' }");
    place.write(now);
  },
  $rename: (place, { path, operand }, { document, filter }) => {
    if (typeof operand !== "string" || `${path}.${operand}`.includes("$"))
      throw new MongoError(2, `$rename needs plain paths: ${path}`);
    const value = place.read();
    if (value === undefined) return;
    place.remove();
    for (const target of findPlaces(document, operand, true, pathEnvironment(filter))) target.write(value);
  },
  $push: (place, step) => {
    const { $each, $position, $slice, $sort } = clausesOf(step, ["$each", "$position", "$slice", "$sort"]);
    let list = arrayAt(place, step) ?? [];
    list.splice(wholeNumber($position) ?? list.length, 0, ...($each as unknown[]));
    if ($sort !== undefined) {
      const sort = toView($sort);
      list = isDoc(sort) ? sortBy(list, sort, toView) : sortBy(list, { v: sort }, (v) => ({ v: toView(v) }));
    }
    const slice = wholeNumber($slice);
    if (slice !== undefined) list = slice < 0 ? list.slice(slice) : list.slice(0, slice);
    place.write(list);
  },
  $addToSet: (place, step) => {
    const list = arrayAt(place, step) ?? [];
    const known = new Set(list.map(typedKey));
    for (const item of clausesOf(step, ["$each"]).$each as unknown[]) {
      if (!known.has(typedKey(item))) list.push(item);
      known.add(typedKey(item));
    }
    place.write(list);
  },
  $pop: (place, step) => {
    const end = toView(step.operand);
    if (end !== 1 && end !== -1) throw new MongoError(9, "$pop expects 1 or -1");
    const list = arrayAt(place, step);
    if (end === 1) list?.pop();
    else list?.shift();
  },
  $pull: (place, step) => {
    const test = pullTest(toView(step.operand));
    const kept = arrayAt(place, step)?.filter((element) => !test(toView(element)));
    if (kept) place.write(kept);
  },
  $pullAll: (place, step) => {
    if (!Array.isArray(step.operand)) throw new MongoError(2, "$pullAll requires an array argument");
    const keys = new Set(step.operand.map(typedKey));
    const kept = arrayAt(place, step)?.filter((element) => !keys.has(typedKey(element)));
    if (kept) place.write(kept);
  },
};

const typedKey = (value: unknown): string => keyOf(toView(value));

function isNumber(value: unknown): value is Int32 | Double | Long {
  if (value instanceof Decimal128) throw new MongoError(238, "no arithmetic on Decimal128");
  return value instanceof Int32 || value instanceof Double || value instanceof Long;
}

/** The wider type of both operands: an int32 that overflows becomes an int64, and an int64 that does is refused. */
function calculate(place: Place, { name, path, operand }: Step): void {
  const current = place.read() ?? new Int32(0);
  if (!isNumber(operand) || !isNumber(current))
    throw new MongoError(14, `Cannot apply ${name} to a value of non-numeric type at '${path}'`);
  const isSum = name === "$inc";
  if (operand instanceof Double || current instanceof Double) {
    const [left, right] = [Number(current), Number(operand)];
    return place.write(new Double(isSum ? left + right : left * right));
  }
  const [left, right] = [BigInt(current.toString()), BigInt(operand.toString())];
  const result = isSum ? left + right : left * right;
  const isWide = operand instanceof Long || current instanceof Long;
  if (BigInt.asIntN(64, result) !== result) throw new MongoError(2, `int64 overflow in ${name} at '${path}'`);
  const fits = !isWide && BigInt.asIntN(32, result) === result;
  return place.write(fits ? new Int32(Number(result)) : Long.fromBigInt(result));
}

function replaceIf(place: Place, operand: unknown, accept: (order: number) => boolean): void {
  const current = place.read();
  if (current === undefined || accept(compareValues(toView(operand), toView(current)))) place.write(operand);
}

function arrayAt(place: Place, { path }: Step): unknown[] | undefined {
  const current = place.read();
  if (current === undefined || Array.isArray(current)) return current;
  throw new MongoError(2, `The field '${path}' must be an array`);
}

/** The clauses of an operand with $each; any other operand is the only element. */
function clausesOf({ name, operand }: Step, known: string[]): Doc {
  if (!isDoc(operand) || !("$each" in operand)) return { $each: [operand] };
  for (const clause of Object.keys(operand))
    if (!known.includes(clause)) throw new MongoError(2, `Unrecognized clause in ${name}: ${clause}`);
  if (Array.isArray(operand.$each)) return operand;
  throw new MongoError(14, `The argument to $each in ${name} must be an array`);
}

function wholeNumber(clause: unknown): number | undefined {
  const value = clause === undefined ? undefined : toView(clause);
  if (value === undefined || Number.isInteger(value)) return value as number | undefined;
  throw new MongoError(2, "$position and $slice must be whole numbers");
}

function pullTest(condition: unknown): (element: unknown) => boolean {
  if (isOperatorDoc(condition) || condition instanceof RegExp) {
    const test = compileFilter({ element: condition });
    return (element) => test({ element });
  }
  if (!isDoc(condition)) return (element) => compareValues(element, condition) === 0;
  const test = compileFilter(condition);
  return (element) => isDoc(element) && test(element);
}

export function isReplacement(update: unknown): update is Doc {
  return isDoc(update) && !isOperatorDoc(update);
}

/** Checks and compiles a typed update; `arrayFilters` are views. */
export function compileUpdate(update: unknown, arrayFilters: readonly Doc[]): Update {
  if (!isDoc(update)) throw new MongoError(238, "an update is a document: no pipelines");
  if (isReplacement(update)) return replaceWith(update);
  const steps = Object.entries(update).flatMap(([name, fields]) => parseOperator(name, fields));
  refuseConflicts(
    steps.flatMap(({ name, path, operand }) => (name === "$rename" ? [path, String(operand)] : [path])),
  );
  const filters = new Map<string, Test>(
    arrayFilters.map((filter) => [identifierOf(filter), compileFilter(filter)]),
  );
  for (const identifier of filters.keys())
    if (!steps.some(({ path }) => path.includes(`$[${identifier}]`)))
      throw new MongoError(9, `The array filter for identifier '${identifier}' was not used`);
  return (run) => {
    const id = run.document._id;
    const env = pathEnvironment(run.filter, filters);
    const due = steps.filter(({ name }) => name !== "$setOnInsert" || run.inserting);
    // Which elements are meant is decided before the first of them changes.
    for (const { path } of due) if (path.includes("$")) findPlaces(run.document, path, false, env);
    for (const step of due) {
      for (const place of findPlaces(run.document, step.path, !neverCreates.has(step.name), env))
        operators[step.name]?.(place, step, run);
    }
    return withId(id, run.document);
  };
}

function parseOperator(name: string, fields: unknown): Step[] {
  if (!Object.hasOwn(operators, name)) throw new MongoError(9, `Unknown modifier: ${name}`);
  if (!isDoc(fields)) throw new MongoError(9, `${name} needs an object of fields`);
  return Object.entries(fields).map(([path, operand]) => {
    const parts = path.split(".");
    if (parts.includes("") || parts.includes("__proto__"))
      throw new MongoError(56, `The update path '${path}' has an empty or reserved field name`);
    if (path.startsWith("$") || parts.some((part) => /^\$(?!$|\[\w*\]$)/.test(part)))
      throw new MongoError(52, `The dollar ($) prefixed field in '${path}' is not valid`);
    return { name, path, operand };
  });
}

function refuseConflicts(paths: string[]): void {
  for (const [at, path] of paths.entries())
    for (const [other, longer] of paths.entries())
      if (at !== other && `${longer}.`.startsWith(`${path}.`))
        throw new MongoError(40, `Updating the path '${longer}' would create a conflict at '${path}'`);
}

function identifierOf(filter: Doc): string {
  const identifiers = new Set(Object.keys(filter).map((key) => key.split(".")[0] ?? ""));
  const [identifier = ""] = identifiers;
  if (identifiers.size === 1 && /^\w+$/.test(identifier)) return identifier;
  throw new MongoError(9, "an array filter must have conditions on one identifier");
}

function replaceWith(replacement: Doc): Update {
  if (Object.keys(replacement).some((key) => key.startsWith("$")))
    throw new MongoError(52, "a replacement document must not have operators");
  return ({ document }) => withId(document._id, { _id: document._id, ...replacement });
}

/** `_id` comes first and does not change; an upsert whose filter names none takes the update's. */
function withId(id: unknown, { _id: given, ...rest }: Doc): Doc {
  if (id !== undefined && (given === undefined || typedKey(id) !== typedKey(given)))
    throw new MongoError(66, "an update would modify the immutable field '_id'");
  return { _id: given ?? new ObjectId(), ...rest };
}

/** The document an upsert starts from: the equality conditions of the (typed) filter. */
export function seedFromFilter(filter: Doc, onlyId: boolean, seed: Doc = {}): Doc {
  for (const [key, value] of Object.entries(filter)) {
    if (key === "$and") for (const part of value as Doc[]) seedFromFilter(part, onlyId, seed);
    if (key.startsWith("$") || (onlyId && key !== "_id") || value instanceof BSONRegExp) continue;
    const equal = isOperatorDoc(value) ? value.$eq : value;
    if (equal === undefined) continue;
    for (const place of findPlaces(seed, key, true, pathEnvironment())) place.write(equal);
  }
  return seed;
}
