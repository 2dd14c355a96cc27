/** What is played: the networks, each with and without the lane, and once without lag compensation. */

export interface LabCase {
  /** Round trip and jitter in milliseconds, loss in percent; "0/0/0" for the machine's own. */
  readonly network: string;
  readonly lane: boolean;
  readonly lagCompensationMs: number;
}

const NETWORKS = ["40/5/0", "120/20/1", "200/50/5"];
const COMPENSATED_MS = 250;

/** @param networks those wanted; all by default. On the worst of them shots are also judged without compensation. */
export function labCases(networks: readonly string[] = NETWORKS, lanes = [false, true]): LabCase[] {
  return networks.flatMap((network) => {
    const compensations = network === networks.at(-1) ? [COMPENSATED_MS, 0] : [COMPENSATED_MS];
    return compensations.flatMap((lagCompensationMs) =>
      lanes.map((lane): LabCase => ({ network, lane, lagCompensationMs })),
    );
  });
}

export function nameOf({ network, lane, lagCompensationMs }: LabCase): string {
  const way = lane ? "with the lane" : "WebSocket alone";
  return `${network}, ${way}${lagCompensationMs === 0 ? ", no lag compensation" : ""}`;
}
