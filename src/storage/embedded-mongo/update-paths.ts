/**
 * Finds the places an update path names in a typed document, the positional `$`, `$[]` and `$[identifier]` included.
 * With `create` the documents missing on the way are made, and a way through a scalar is refused; without it such a
 * path names nothing.
 */
import { type Doc, isDoc, toView } from "./bson-values.ts";
import { compileFilter, type Test } from "./filter.ts";
import { MongoError } from "./mongo-error.ts";

export interface PathEnvironment {
  /** The filter that chose the document, as a view, for the positional `$`. */
  filter: Doc;
  /** Compiled array filters by identifier. */
  arrayFilters: ReadonlyMap<string, Test>;
  /** What `$` and `$[identifier]` stood for when an array was first met: changes on the way do not move them. */
  chosen: WeakMap<unknown[], Map<string, number[]>>;
}

export function pathEnvironment(
  filter: Doc = {},
  arrayFilters: ReadonlyMap<string, Test> = new Map(),
): PathEnvironment {
  return { filter, arrayFilters, chosen: new WeakMap() };
}

const maxPadding = 1_500_000;

/** A field of a document or an element of an array. */
export class Place {
  readonly #parent: Doc;
  readonly #key: string;

  constructor(parent: Doc | unknown[], key: string) {
    this.#parent = parent as Doc;
    this.#key = key;
  }

  read(): unknown {
    return Object.hasOwn(this.#parent, this.#key) ? this.#parent[this.#key] : undefined;
  }

  write(value: unknown): void {
    const list = this.#parent as unknown;
    if (Array.isArray(list)) while (list.length < Number(this.#key)) list.push(null);
    this.#parent[this.#key] = value;
  }

  remove(): void {
    if (!Array.isArray(this.#parent)) delete this.#parent[this.#key];
    else if (Number(this.#key) < this.#parent.length) this.#parent[this.#key as never] = null as never;
  }
}

export function findPlaces(node: unknown, path: string, create: boolean, env: PathEnvironment): Place[] {
  return walk(node, [], path.split("."), create, env);
}

function walk(
  node: unknown,
  done: string[],
  [part = "", ...rest]: string[],
  create: boolean,
  env: PathEnvironment,
): Place[] {
  return keysOf(node, done.join("."), part, create, env).flatMap((key) => {
    const place = new Place(node as Doc, key);
    if (rest.length === 0) return [place];
    if (place.read() === undefined) {
      if (!create) return [];
      place.write({});
    }
    return walk(place.read(), [...done, part], rest, create, env);
  });
}

function keysOf(
  node: unknown,
  prefix: string,
  part: string,
  create: boolean,
  env: PathEnvironment,
): string[] {
  if (part.startsWith("$")) return positions(node, prefix, part, env).map(String);
  if (isDoc(node)) return [part];
  if (Array.isArray(node) && /^\d+$/.test(part)) {
    if (Number(part) <= node.length + maxPadding) return [part];
    throw new MongoError(2, `can't backfill more than ${maxPadding} elements`);
  }
  if (!create) return [];
  throw new MongoError(28, `Cannot create field '${part}' in element {${prefix}: ...}`);
}

function positions(node: unknown, prefix: string, part: string, env: PathEnvironment): number[] {
  if (!Array.isArray(node))
    throw new MongoError(2, `The path '${prefix}' must be an array in order to apply array updates.`);
  if (part === "$[]") return [...node.keys()];
  const chosen = env.chosen.get(node) ?? new Map<string, number[]>();
  env.chosen.set(node, chosen);
  const indexes = chosen.get(part) ?? choose(node, prefix, part, env);
  chosen.set(part, indexes);
  return indexes;
}

function choose(node: unknown[], prefix: string, part: string, env: PathEnvironment): number[] {
  if (part === "$") return [matchedIndex(node, prefix, env.filter)];
  const identifier = part.slice(2, -1);
  const test = env.arrayFilters.get(identifier);
  if (!test) throw new MongoError(2, `No array filter found for identifier '${identifier}'`);
  return [...node.keys()].filter((index) => test({ [identifier]: toView(node[index]) }));
}

/** The first element for which every condition of the filter on this array holds. */
function matchedIndex(elements: unknown[], path: string, filter: Doc): number {
  const tests = conditionsOn(path, filter).map(compileFilter);
  const index = elements.findIndex((element) => {
    const probe = path
      .split(".")
      .reduceRight<unknown>((inner, part) => ({ [part]: inner }), [toView(element)]);
    return tests.length > 0 && tests.every((test) => test(probe as Doc));
  });
  if (index >= 0) return index;
  throw new MongoError(2, "The positional operator did not find the match needed from the query.");
}

function conditionsOn(path: string, filter: Doc): Doc[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key === "$and") return (value as Doc[]).flatMap((part) => conditionsOn(path, part));
    return key === path || key.startsWith(`${path}.`) ? [{ [key]: value }] : [];
  });
}
