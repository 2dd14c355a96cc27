/** The operators' console: cases on the left, one of them on the right. Keys: j and k go through the list. */
import type { CaseStatus, CaseSummary, CasesAnswer } from "../../src/index.ts";
import { button, element } from "../dom.ts";
import { Refusal } from "../net/request-json.ts";
import { caseView } from "./case-view.ts";
import { consoleApi } from "./console-api.ts";
import { oddsWords, reasonWords, timeWords } from "./words.ts";

const POLL_MS = 15_000;
const STATUSES: readonly CaseStatus[] = ["open", "appealed", "confirmed", "cleared"];

class ReviewPage {
  readonly #root: HTMLElement;
  readonly #tabs = element("nav", { className: "tabs" });
  readonly #list = element("div", { className: "cases", testId: "cases" });
  readonly #detail = element("main", { className: "detail" });
  #status: CaseStatus = "open";
  #cases: CaseSummary[] = [];
  #chosen = "";

  constructor(root: HTMLElement, operator: string) {
    this.#root = root;
    const title = element(
      "header",
      { className: "console-bar" },
      element("h1", { text: "Console" }),
      element("span", { className: "page-name", text: "Reviews" }),
      element("span", { className: "quiet", text: operator }),
    );
    const side = element("aside", {}, this.#tabs, this.#list);
    this.#root.replaceChildren(title, element("div", { className: "columns" }, side, this.#detail));
    this.#detail.append(element("p", { className: "quiet", text: "Choose a case." }));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  async refresh(): Promise<void> {
    try {
      const answer = await consoleApi.cases(this.#status, "");
      this.#cases = answer.cases;
      this.#drawTabs(answer);
      this.#drawList(answer.next);
    } catch (error) {
      this.#list.replaceChildren(
        element("p", {
          className: "refusal",
          text: error instanceof Refusal ? error.message : String(error),
        }),
      );
    }
  }

  #drawTabs({ counts }: CasesAnswer): void {
    this.#tabs.replaceChildren(
      ...STATUSES.map((status) =>
        button(
          `${status} ${counts[status]}`,
          { className: status === this.#status ? "tab chosen" : "tab", testId: `tab-${status}` },
          () => {
            this.#status = status;
            void this.refresh();
          },
        ),
      ),
    );
  }

  #drawList(next: string | undefined): void {
    const lines = this.#cases.map((found) => {
      const line = button(
        "",
        { className: found.caseId === this.#chosen ? "line chosen" : "line", testId: "case-line" },
        () => void this.#open(found.caseId),
      );
      line.replaceChildren(
        element("strong", { text: found.playerName }),
        element("span", { text: `${reasonWords(found.reason)} · ${found.level}` }),
        element("span", {
          className: "quiet",
          text: `${oddsWords(found.logEvidence)} · reports ${found.reports.toFixed(1)} · ${timeWords(found.updatedAt)}`,
        }),
      );
      return line;
    });
    if (lines.length === 0)
      return this.#list.replaceChildren(element("p", { className: "quiet", text: "Nobody here." }));
    this.#list.replaceChildren(...lines);
    if (next === undefined) return;
    const more = button("More", { className: "quiet-button" }, () => {
      void consoleApi.cases(this.#status, next).then(({ cases, next: after }) => {
        this.#cases = [...this.#cases, ...cases];
        this.#drawList(after);
      });
    });
    this.#list.append(more);
  }

  async #open(caseId: string): Promise<void> {
    this.#chosen = caseId;
    this.#detail.replaceChildren(element("p", { className: "quiet", text: "Loading…" }));
    try {
      const found = await consoleApi.one(caseId);
      // Another was chosen meanwhile.
      if (this.#chosen === caseId) this.#show(found);
    } catch (error) {
      this.#detail.replaceChildren(
        element("p", {
          className: "refusal",
          text: error instanceof Refusal ? error.message : String(error),
        }),
      );
    }
    this.#drawList(undefined);
  }

  #show(found: Parameters<typeof caseView>[0]): void {
    this.#detail.replaceChildren(
      caseView(found, (after) => {
        this.#show(after);
        void this.refresh();
      }),
    );
  }

  #key({ key, target }: KeyboardEvent): void {
    if (
      (key !== "j" && key !== "k") ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement
    )
      return;
    const at = this.#cases.findIndex(({ caseId }) => caseId === this.#chosen);
    const next = this.#cases[Math.max(0, at + (key === "j" ? 1 : -1))];
    if (next) void this.#open(next.caseId);
  }
}

async function start(): Promise<void> {
  const root = document.querySelector<HTMLElement>("#console");
  if (!root) return;
  try {
    const { name, role } = await consoleApi.me();
    const page = new ReviewPage(root, `${name}, ${role}`);
    await page.refresh();
    setInterval(() => void page.refresh(), POLL_MS);
  } catch (error) {
    root.replaceChildren(
      element("p", { className: "refusal", text: error instanceof Refusal ? error.message : String(error) }),
    );
  }
}

void start();
