/**
 * What those who wait are told: how long, how far, and why. Explaining takes a look at many others, so a turn explains
 * `MOST_EXPLANATIONS` tickets at most, for `LONGEST_TURN_MS`, and the next turn goes on where it ended.
 */
import type { StatusMessage } from "../../schemas/queue-messages.ts";
import { type QueueRules, type WaitEstimate, WaitExplainer } from "../../src/index.ts";
import { type Entry, type QueueLine, ticketOf } from "./queue-line.ts";

const MOST_EXPLANATIONS = 200;
const LONGEST_TURN_MS = 30;
const TOO_FEW = "Not enough players are waiting yet.";
const SOON = "You are next when the others are there.";
const INCOMPLETE = "Waiting for your party to come into the queue.";
const AWAY = "Waiting for a member of your party to come back.";

export class QueueStatuses<Connection> {
  readonly #rules: QueueRules;
  readonly #line: QueueLine<Connection>;
  readonly #estimate: WaitEstimate;
  #next = 0;

  constructor(rules: QueueRules, line: QueueLine<Connection>, estimate: WaitEstimate) {
    this.#rules = rules;
    this.#line = line;
    this.#estimate = estimate;
  }

  *turn(now: number): Generator<[Entry<Connection>, StatusMessage]> {
    const told = [...this.#line.entries].filter(({ state }) => state === "waiting" || state === "assembling");
    const waiting = this.#line
      .tickets()
      .sort((a, b) => a.enqueuedAt - b.enqueuedAt || b.returned - a.returned);
    const positions = new Map(waiting.map(({ ticketId }, place) => [ticketId, place + 1]));
    const explainer = new WaitExplainer(this.#rules, waiting, now);
    const turn = Math.min(told.length, MOST_EXPLANATIONS);
    const startedAt = performance.now();
    for (let step = 0; step < turn; step += 1) {
      const entry = told[(this.#next + step) % told.length] as Entry<Connection>;
      if (performance.now() - startedAt > LONGEST_TURN_MS) {
        this.#next = (this.#next + step) % told.length;
        return;
      }
      const estimate = this.#estimate.of(ticketOf(entry), now);
      yield [
        entry,
        {
          waitedSeconds: secondsSince(entry.enqueuedAt, now),
          estimateSeconds: estimate === undefined ? null : Math.round(estimate),
          position: positions.get(entry.ticketId) ?? waiting.length + 1,
          players: this.#line.players,
          heldBy: this.#reasonOf(entry, explainer),
        },
      ];
    }
    this.#next = told.length === 0 ? 0 : (this.#next + turn) % told.length;
  }

  #reasonOf(entry: Entry<Connection>, explainer: WaitExplainer): StatusMessage["heldBy"] {
    if (entry.state === "assembling") return { reason: "party_incomplete", says: INCOMPLETE };
    const places = [...entry.places.values()];
    if (places.some(({ away }) => away)) return { reason: "member_away", says: AWAY };
    const held = explainer.whatHolds(ticketOf(entry));
    if (held.reason === "filter") return { reason: "filter", filter: held.filter, says: held.says };
    return { reason: held.reason, says: held.reason === "soon" ? SOON : TOO_FEW };
  }
}

/** Whole seconds, never below 0. */
export const secondsSince = (moment: number, now: number): number =>
  Math.max(0, Math.round((now - moment) / 1000));
