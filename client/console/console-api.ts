/** The operators' API as the console uses it. The browser sends the operator's name and password by itself. */
import type { CaseAnswer, CaseStatus, CasesAnswer, OperatorAnswer } from "../../src/index.ts";
import { requestBytes, requestJson } from "../net/request-json.ts";
import { type OpenedMatch, openMatch } from "../replay/replay-source.ts";

const json = (body: object): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
const caseAt = (caseId: string): string => `/api/operator/cases/${encodeURIComponent(caseId)}`;

export const consoleApi = {
  me: () => requestJson<OperatorAnswer>("/api/operator/me"),
  /** @param before of the page before; "" for the newest. */
  cases: (status: CaseStatus, before: string) =>
    requestJson<CasesAnswer>(
      `/api/operator/cases?status=${status}&least=apart${before === "" ? "" : `&before=${encodeURIComponent(before)}`}`,
    ),
  one: (caseId: string) => requestJson<CaseAnswer>(caseAt(caseId)),
  /** @param banDays 0 bans for ever. */
  confirm: (caseId: string, banDays: number, note: string, verdictsSeen: number) =>
    requestJson<CaseAnswer>(`${caseAt(caseId)}/confirm`, json({ banDays, note, verdictsSeen })),
  clear: (caseId: string, note: string, verdictsSeen: number) =>
    requestJson<CaseAnswer>(`${caseAt(caseId)}/clear`, json({ note, verdictsSeen })),
  async match(path: string): Promise<OpenedMatch> {
    return openMatch(await requestBytes(path));
  },
};
