/** Where players could meet: regions and the latencies they measured. */
import type { Ticket } from "./ticket.ts";

export interface CommonRegion {
  /** "" when nobody measured anything, or nothing is common to all. */
  readonly region: string;
  /** The worst player's round trip there, milliseconds; 0 when nobody measured anything, Infinity without a region. */
  readonly worstMs: number;
}

/** A ticket's own worst round trip to each region that all who measured reached, by name in rising order. */
export interface Reach {
  readonly regions: readonly string[];
  readonly worstMs: readonly number[];
}

const ANYWHERE: CommonRegion = { region: "", worstMs: 0 };
const NOWHERE: CommonRegion = { region: "", worstMs: Number.POSITIVE_INFINITY };

/** The region whose worst round trip is lowest; the first by name among equals. */
export function commonRegionOf(tickets: readonly Ticket[]): CommonRegion {
  return commonRegionOfReaches(tickets.map(reachOf));
}

export function commonRegionOfReaches(reaches: readonly (Reach | null)[]): CommonRegion {
  let common: Reach | null = null;
  for (const reach of reaches) if (reach) common = common ? both(common, reach) : reach;
  if (!common) return ANYWHERE;
  let best = NOWHERE;
  for (const [index, region] of common.regions.entries()) {
    const worstMs = common.worstMs[index] as number;
    if (worstMs < best.worstMs) best = { region, worstMs };
  }
  return best;
}

/**
 * @returns null when nobody of the ticket measured anything. Such go anywhere: a client that does not measure must not
 * wait for ever.
 */
export function reachOf({ members }: Ticket): Reach | null {
  let reach: Reach | null = null;
  for (const { latencies } of members) {
    const regions = Object.keys(latencies).sort();
    if (regions.length === 0) continue;
    const own = { regions, worstMs: regions.map((region) => latencies[region] as number) };
    reach = reach ? both(reach, own) : own;
  }
  return reach;
}

/** As `commonRegionOf` has it for two tickets, without making anything. */
export function worstBetween(one: Reach | null, other: Reach | null): number {
  const a = one ?? other;
  const b = other ?? one;
  if (!a || !b) return 0;
  let best = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let index = 0; index < a.regions.length; index += 1) {
    const region = a.regions[index] as string;
    at = atOrAfter(b.regions, region, at);
    if (b.regions[at] !== region) continue;
    const here = a.worstMs[index] as number;
    const there = b.worstMs[at] as number;
    const worst = here > there ? here : there;
    if (worst < best) best = worst;
    at += 1;
  }
  return best;
}

function both(a: Reach, b: Reach): Reach {
  const regions: string[] = [];
  const worstMs: number[] = [];
  let at = 0;
  for (let index = 0; index < a.regions.length; index += 1) {
    const region = a.regions[index] as string;
    at = atOrAfter(b.regions, region, at);
    if (b.regions[at] !== region) continue;
    regions.push(region);
    worstMs.push(Math.max(a.worstMs[index] as number, b.worstMs[at] as number));
    at += 1;
  }
  return { regions, worstMs };
}

/** Nearly always all have the same regions: then nothing is compared by its order. */
function atOrAfter(regions: readonly string[], region: string, from: number): number {
  let at = from;
  let other = regions[at];
  while (other !== undefined && other !== region && other < region) {
    at += 1;
    other = regions[at];
  }
  return at;
}
