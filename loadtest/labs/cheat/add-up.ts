/** Adds results of the same form: numbers sum, lists are joined up to a length, names that are new are taken over. */
const MOST_LISTED = 1000;

export type Sums = number | string | readonly unknown[] | { readonly [name: string]: unknown };

export function addUp<Totals>(into: Totals | undefined, more: Totals): Totals {
  return (into === undefined ? structuredClone(more) : add(into, more)) as Totals;
}

function add(into: unknown, more: unknown): unknown {
  if (typeof into === "number" && typeof more === "number") return into + more;
  if (Array.isArray(into) && Array.isArray(more)) {
    // Histograms are lists of numbers, and add up place by place.
    if (typeof (into[0] ?? more[0]) === "number")
      return Array.from(
        { length: Math.max(into.length, more.length) },
        (_, index) => (into[index] ?? 0) + (more[index] ?? 0),
      );
    return [...into, ...more].slice(0, MOST_LISTED);
  }
  if (typeof into !== "object" || typeof more !== "object" || into === null || more === null) return into;
  const sum: Record<string, unknown> = { ...into };
  for (const [name, value] of Object.entries(more)) sum[name] = name in sum ? add(sum[name], value) : value;
  return sum;
}
