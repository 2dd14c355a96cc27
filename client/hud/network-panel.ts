/**
 * F3, or a press on the readout in the corner: how the connection and the prediction are doing, drawn over the last half
 * minute, with a figure beside each graph. Readings are taken while it is closed, too, so that it shows what just
 * happened; texts are written and graphs drawn only while it is open.
 */
import { button, element, setText } from "../dom.ts";
import type { MatchConnection } from "../net/match-connection.ts";
import { NetworkHistory } from "../net/network-history.ts";
import { requestJson } from "../net/request-json.ts";
import { drawRow, drawWay } from "./network-graph.ts";
import {
  describeConditions,
  describeHistory,
  NETWORK_ROWS,
  type NetworkConditions,
  type NetworkRow,
  WAY_WORDS,
  wayAt,
} from "./network-rows.ts";

const LANE_WORDS = {
  off: "none",
  connecting: "being opened",
  open: "open",
  down: "down",
} as const;

interface RowParts {
  row: NetworkRow;
  figure: HTMLElement;
  note: HTMLElement;
  graph: HTMLCanvasElement;
}

export class NetworkPanel {
  readonly root = element("section", { className: "network-panel", testId: "network-panel" });
  readonly #way = element("span", { className: "network-way", testId: "network-way" });
  readonly #asked = element("p", { className: "network-asked", testId: "network-conditions" });
  readonly #wayGraph = element("canvas", { className: "network-way-graph" });
  readonly #summary = element("p", { className: "network-summary" });
  readonly #numbers = element("pre", { className: "network-numbers", testId: "debug" });
  readonly #history = new NetworkHistory();
  readonly #rows: readonly RowParts[];
  /** Undefined: not asked for, or there are none. */
  #conditions: NetworkConditions | undefined;
  #isAskedFor = false;
  #frames = 0;
  #since = 0;
  #framesPerSecond = 0;

  readonly #toggled: (open: boolean) => void;

  /** @param toggled it was opened, or closed. */
  constructor(toggled: (open: boolean) => void) {
    this.#toggled = toggled;
    this.#rows = NETWORK_ROWS.map(makeRow);
    this.root.ariaLabel = "Network";
    this.#asked.hidden = true;
    this.#wayGraph.ariaHidden = "true";
    const close = button("✕", { className: "network-close", testId: "network-close" }, () => this.toggle());
    close.ariaLabel = "Close the network panel";
    close.title = "Close (F3)";
    const more = element("details", {}, element("summary", { text: "More numbers" }), this.#numbers);
    this.root.append(
      element("header", {}, element("h2", { text: "Network" }), this.#way, close),
      this.#asked,
      this.#wayGraph,
      element("dl", {}, ...this.#rows.map(rowElement)),
      element("p", { className: "network-axis", text: "30 s ago" }, element("span", { text: "now" })),
      this.#summary,
      more,
    );
    this.root.hidden = true;
  }

  toggle(): void {
    this.root.hidden = !this.root.hidden;
    this.#toggled(!this.root.hidden);
    if (this.root.hidden) return;
    this.#draw();
    void this.#askConditions();
  }

  /** Every frame. */
  countFrame(now: number, connection: MatchConnection): void {
    if (this.#history.isDue(now)) {
      this.#history.note(now, connection.reading);
      if (!this.root.hidden) this.#draw();
    }
    this.#frames += 1;
    if (now - this.#since < 500) return;
    this.#framesPerSecond = Math.round((this.#frames * 1000) / (now - this.#since));
    this.#frames = 0;
    this.#since = now;
  }

  /** Ten times a second. */
  update(connection: MatchConnection): void {
    if (this.root.hidden) return;
    const { state, lane } = connection;
    const { gauge, input } = connection.prediction;
    setText(
      this.#numbers,
      [
        `frames       ${this.#framesPerSecond}/s`,
        `server tick  ${state.tick}`,
        `in flight    ${input.pendingCount}`,
        `reconciles   ${gauge.reconciles}`,
        `corrections  ${gauge.corrections}`,
        `worst        ${gauge.worst.toFixed(3)} m`,
        `lane         ${LANE_WORDS[lane.state]}`,
        `by the lane  ${lane.statistics.patches}`,
        `came late    ${lane.statistics.recovered}`,
        `never came   ${lane.statistics.lost}`,
      ].join("\n"),
    );
  }

  #draw(): void {
    const history = this.#history;
    const way = wayAt(history, 0) ?? "reconnecting";
    setText(this.#way, WAY_WORDS[way]);
    this.#way.dataset["way"] = way;
    drawWay(this.#wayGraph, history);
    for (const { row, figure, note, graph } of this.#rows) {
      setText(figure, row.figure(history));
      setText(note, row.note(history));
      drawRow(graph, row, history, this.#conditions);
    }
    setText(this.#summary, describeHistory(history));
  }

  /** Once. A server that does not say has none. */
  async #askConditions(): Promise<void> {
    if (this.#isAskedFor) return;
    this.#isAskedFor = true;
    const answer = await requestJson<{ conditions: NetworkConditions | null }>("/api/network").catch(
      () => undefined,
    );
    if (!answer?.conditions) return;
    this.#conditions = answer.conditions;
    setText(this.#asked, describeConditions(answer.conditions));
    this.#asked.hidden = false;
    this.#draw();
  }
}

function makeRow(row: NetworkRow): RowParts {
  const figure = element("b", { testId: `network-${row.id}` });
  const note = element("small");
  const graph = element("canvas");
  // The figures say the same in words.
  graph.ariaHidden = "true";
  return { row, figure, note, graph };
}

function rowElement({ row, figure, note, graph }: RowParts): HTMLElement {
  const term = element("dt", { text: row.name });
  term.style.setProperty("--row-colour", row.colour);
  return element(
    "div",
    { className: "network-row" },
    term,
    element("dd", { className: "network-figure" }, figure, note),
    element("dd", { className: "network-graph" }, graph),
  );
}
