/** Who won, in words. Pure. */
import { rankFighters } from "../../rooms/skirmish/shared/standings.ts";
import type { SkirmishState } from "../../schemas/skirmish-state.ts";
import { sidesOf } from "../match/sides.ts";
import { ordinal } from "../text.ts";

export interface Verdict {
  title: string;
  subtitle: string;
  victory: boolean;
}

export function matchVerdict(state: SkirmishState, ownKey: string): Verdict {
  return state.mode === "teams" ? teamVerdict(state, ownKey) : soloVerdict(state, ownKey);
}

function soloVerdict(state: SkirmishState, ownKey: string): Verdict {
  const winner = state.fighters.get(state.winner);
  const own = state.winner !== "" && state.winner === ownKey;
  const outcome = own ? "you win" : winner ? `${winner.name} wins` : "nobody wins";
  const place = rankFighters(state.fighters).find(({ key }) => key === ownKey)?.placement ?? 0;
  const placed = place > 0 && !own ? ` · you came ${ordinal(place)} of ${state.fighters.size}` : "";
  return {
    title: own ? "Victory" : winner ? `${winner.name} wins` : "Draw",
    subtitle: `Match over: ${outcome}${placed}`,
    victory: own,
  };
}

function teamVerdict(state: SkirmishState, ownKey: string): Verdict {
  const { own } = sidesOf(state, ownKey);
  const scores = scoreLine(state, own);
  if (state.winner === "")
    return { title: "Draw", subtitle: `Match over: nobody wins · ${scores}`, victory: false };
  const winner = Number(state.winner);
  if (winner === own) return { title: "Victory", subtitle: `Your team wins · ${scores}`, victory: true };
  if (own !== undefined) return { title: "Defeat", subtitle: `The enemies win · ${scores}`, victory: false };
  return { title: `Team ${winner + 1} wins`, subtitle: `Match over · ${scores}`, victory: false };
}

/** "20 : 14", the own team's first. */
function scoreLine(state: SkirmishState, own: number | undefined): string {
  const scores = [...state.teams].map(({ score }) => score);
  if (own !== undefined) scores.unshift(...scores.splice(own, 1));
  return scores.join(" : ");
}
