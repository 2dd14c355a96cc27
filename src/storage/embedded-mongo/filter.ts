/**
 * Queries: mingo compiles and combines them; the operators that compare are ours, as mingo's know nothing of int64,
 * Decimal128, ObjectId and binary types and treat missing fields and arrays differently. Filters and documents are
 * views. A filter is compiled as a whole, so an unknown operator is refused also when no document would have met it.
 *
 * Refused: $expr, $where, $type, $mod, $text, $jsonSchema, $bits*, geo operators, $comment.
 */
import { Context } from "mingo/core";
import { $all, $and, $elemMatch, $nor, $not, $or, $size } from "mingo/operators/query";
import { Query } from "mingo/query";
import { compareValues, type Doc, keyOf, rankOf, valuesAt } from "./bson-values.ts";
import { MongoError } from "./mongo-error.ts";

export type Test = (document: Doc) => boolean;
type Options = ConstructorParameters<typeof Query>[1];
type Operator = (selector: string, operand: unknown, options: Options) => Test;

function someValue(selector: string, expand: boolean, test: (value: unknown) => boolean): Test {
  const parts = selector.split(".");
  return (document) => valuesAt(document, parts, expand).some(test);
}

function listOf(operand: unknown): unknown[] {
  if (Array.isArray(operand)) return operand;
  throw new MongoError(2, "$in and $nin need an array");
}

const comparison =
  (accept: (order: number) => boolean): Operator =>
  (selector, operand) =>
    someValue(
      selector,
      true,
      (value) =>
        rankOf(value) === rankOf(operand) &&
        Number.isNaN(value) === Number.isNaN(operand) &&
        accept(compareValues(value, operand)),
    );

const isIn: Operator = (selector, operand) => {
  const keys = new Set(listOf(operand).map(keyOf));
  const patterns = listOf(operand).filter((item) => item instanceof RegExp);
  const isText = (value: unknown) => typeof value === "string" && patterns.some((item) => item.test(value));
  return someValue(selector, true, (value) => keys.has(keyOf(value)) || isText(value));
};

const matchesPattern: Operator = (selector, operand) => {
  const pattern = operand as RegExp;
  if (/[^ims]/.test(pattern.flags)) throw new MongoError(2, "regex options are i, m and s");
  return someValue(selector, true, (value) => typeof value === "string" && pattern.test(value));
};

const negate =
  (operator: Operator): Operator =>
  (...operands) => {
    const test = operator(...operands);
    return (document) => !test(document);
  };

/** mingo's logical operators, which take an empty list for granted. */
const nonEmpty =
  (operator: typeof $and): Operator =>
  (selector, operand, options) => {
    if (Array.isArray(operand) && operand.length > 0) return operator(selector, operand, options as never);
    throw new MongoError(2, "$and, $or and $nor need a nonempty array");
  };

const isEqual = comparison((order) => order === 0);

export const queryOperators = {
  $and: nonEmpty($and),
  $or: nonEmpty($or),
  $nor: nonEmpty($nor),
  $not,
  $elemMatch,
  $all,
  $size,
  $eq: isEqual,
  $ne: negate(isEqual),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $in: isIn,
  $nin: negate(isIn),
  $regex: matchesPattern,
  $exists: ((selector, operand) => {
    const test = someValue(selector, false, (value) => value !== undefined);
    return (document) => test(document) === Boolean(operand);
  }) satisfies Operator,
} as unknown as NonNullable<Parameters<typeof Context.init>[0]>["query"];

const options = { context: Context.init({ query: queryOperators }), scriptEnabled: false };

/** Compiles a filter once for many documents. */
export function compileFilter(filter: Doc): Test {
  if (Object.keys(filter).length === 0) return () => true;
  try {
    const query = new Query(filter, options);
    return (document) => query.test(document);
  } catch (error) {
    throw MongoError.from(error);
  }
}
