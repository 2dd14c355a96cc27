/** One case: who, how the evidence grew, what was seen, and what an operator makes of it. */
import type { CaseAnswer, CaseEvidence } from "../../src/index.ts";
import { button, element, setText } from "../dom.ts";
import { Refusal } from "../net/request-json.ts";
import { consoleApi } from "./console-api.ts";
import { momentsOf } from "./engagement.ts";
import { engagementView } from "./engagement-view.ts";
import { evidenceChart } from "./evidence-chart.ts";
import { measuredWords, oddsWords, reasonWords, timeWords } from "./words.ts";

const BANS: readonly [string, number][] = [
  ["1 day", 1],
  ["7 days", 7],
  ["30 days", 30],
  ["for ever", 0],
];

/** @param decided a verdict was given: the case as it is now. */
export function caseView(found: CaseAnswer, decided: (after: CaseAnswer) => void): HTMLElement {
  const stage = element("div", { className: "stage" });
  const view = element("article", { className: "case", testId: "case" }, head(found));
  if (found.evidence.length > 0)
    view.append(section("Evidence", evidenceChart(found.evidence), table(found, stage), stage));
  view.append(section("Decisions", decisions(found)));
  if (found.reportTexts.length > 0) view.append(section("Reports by players", reports(found)));
  if (found.appeal) view.append(section("Appeal", element("p", { text: found.appeal.text })));
  view.append(section("Verdict", verdict(found, decided)));
  return view;
}

function section(title: string, ...children: Node[]): HTMLElement {
  return element("section", {}, element("h3", { text: title }), ...children);
}

function head(found: CaseAnswer): HTMLElement {
  const facts = [
    `${found.status}, level ${found.level}`,
    reasonWords(found.reason),
    oddsWords(found.logEvidence),
    `${found.kicks} kicks`,
    `reports ${found.reports.toFixed(1)}, commendations ${found.commendations.toFixed(1)}`,
    `since ${timeWords(found.openedAt)}`,
  ];
  return element(
    "header",
    {},
    element("h2", { text: found.playerName }),
    element("p", { className: "quiet", text: facts.join(" · ") }),
    element("p", { className: "quiet mono", text: found.playerId }),
  );
}

function table(found: CaseAnswer, stage: HTMLElement): HTMLElement {
  const rows = found.evidence.toReversed().map((evidence) => {
    const row = element(
      "tr",
      { className: evidence.positive ? "positive" : "" },
      element("td", { text: timeWords(evidence.at) }),
      element("td", { text: reasonWords(evidence.validator) }),
      element("td", { text: evidence.positive ? "yes" : "no" }),
      element("td", { text: measuredWords(evidence.measured) }),
      element("td", {
        text: evidence.logEvidence === 0 ? "" : `10^${(evidence.logEvidence / Math.LN10).toFixed(1)}`,
      }),
    );
    const cell = element("td");
    if (evidence.replay !== undefined && evidence.slot >= 0)
      cell.append(
        button("Watch", { className: "quiet-button", testId: "watch" }, () => void watch(evidence, stage)),
      );
    row.append(cell);
    return row;
  });
  return element("div", { className: "table" }, element("table", {}, element("tbody", {}, ...rows)));
}

async function watch(evidence: CaseEvidence, stage: HTMLElement): Promise<void> {
  stage.replaceChildren(element("p", { className: "quiet", text: "Running the match again…" }));
  try {
    const match = await consoleApi.match(evidence.replay as string);
    const run = match.openRun();
    const moments = momentsOf(run, evidence);
    const viewer = element("a", { className: "quiet", text: "The whole match in the replay viewer" });
    viewer.href = `/#/replay/${encodeURIComponent(evidence.matchId)}`;
    viewer.target = "_blank";
    stage.replaceChildren(engagementView(run.map, moments, evidence.fromTick), viewer);
  } catch (error) {
    stage.replaceChildren(element("p", { className: "refusal", text: sentenceOf(error) }));
  }
}

function decisions({ decisions: all, verdicts }: CaseAnswer): HTMLElement {
  const lines = [
    ...all.map(({ at, level, reason, kicked, logEvidence }) => ({
      at,
      text: `${level}: ${reasonWords(reason)}${kicked ? ", connection closed" : ""}${logEvidence > 0 ? `, ${oddsWords(logEvidence)}` : ""}`,
    })),
    ...verdicts.map(({ at, by, verdict: what, note, banUntil }) => ({
      at,
      text: `${what} by ${by}${banUntil ? `, banned until ${timeWords(banUntil)}` : ""}${note === "" ? "" : `: ${note}`}`,
    })),
  ].toSorted((a, b) => (a.at < b.at ? 1 : -1));
  return element(
    "ul",
    {},
    ...lines.map(({ at, text }) => element("li", { text: `${timeWords(at)}  ${text}` })),
  );
}

function reports({ reportTexts }: CaseAnswer): HTMLElement {
  return element(
    "ul",
    {},
    ...reportTexts.map(({ at, reason, weight }) =>
      element("li", { text: `${timeWords(at)}  ${reason}, weight ${weight.toFixed(2)}` }),
    ),
  );
}

function verdict(found: CaseAnswer, decided: (after: CaseAnswer) => void): HTMLElement {
  const note = element("textarea", { testId: "note" });
  note.maxLength = 2000;
  note.placeholder = "What you saw. Other operators read it.";
  const length = element("select", {}, ...BANS.map(([text]) => element("option", { text })));
  length.value = "7 days";
  const told = element("p", { className: "refusal", testId: "told" });
  const give = async (work: () => Promise<CaseAnswer>): Promise<void> => {
    try {
      decided(await work());
    } catch (error) {
      setText(told, sentenceOf(error));
    }
  };
  const days = (): number => BANS.find(([text]) => text === length.value)?.[1] ?? 7;
  const seen = found.verdicts.length;
  let sure = false;
  const confirm = button("Confirm and ban", { className: "danger-button", testId: "confirm" }, () => {
    if (sure) return void give(() => consoleApi.confirm(found.caseId, days(), note.value, seen));
    sure = true;
    setText(confirm, `Ban ${length.value}: click again`);
  });
  const clear = button(
    "Clear",
    { className: "quiet-button", testId: "clear" },
    () => void give(() => consoleApi.clear(found.caseId, note.value, seen)),
  );
  return element(
    "div",
    { className: "verdict" },
    note,
    element("div", { className: "row" }, length, confirm, clear),
    told,
  );
}

function sentenceOf(error: unknown): string {
  return error instanceof Refusal ? error.message : "That did not work.";
}
