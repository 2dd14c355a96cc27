/**
 * F3: how the connection and the prediction are doing, drawn over the last half minute and in numbers. Samples are taken
 * while it is closed, too, so that it shows what just happened; it is drawn only while it is open.
 */
import { element, setText } from "../dom.ts";
import type { MatchConnection } from "../net/match-connection.ts";
import { NetworkHistory, type NetworkSample, SAMPLES } from "../net/network-history.ts";

const WIDTH = 300;
const STRIP = 46;
const GAP = 8;

interface Curve {
  name: string;
  colour: string;
  of: (sample: NetworkSample) => number;
}

/** One strip of the graph: curves that share a scale. */
interface Strip {
  curves: readonly Curve[];
  /** The scale ends no lower. */
  least: number;
  label: (value: number) => string;
}

const milliseconds = (value: number): string => `${Math.round(value)} ms`;

const STRIPS: readonly Strip[] = [
  {
    curves: [
      { name: "round trip", colour: "#ffb35c", of: ({ roundTripMs }) => roundTripMs },
      { name: "drawn", colour: "#8fe3ff", of: ({ drawnAgeMs }) => drawnAgeMs },
      { name: "jitter", colour: "#ff8377", of: ({ jitterMs }) => jitterMs },
    ],
    least: 60,
    label: milliseconds,
  },
  {
    curves: [{ name: "loss", colour: "#ff4436", of: ({ loss }) => loss * 100 }],
    least: 10,
    label: (value) => `${value.toFixed(1)} %`,
  },
  {
    curves: [{ name: "received", colour: "#7fdc6a", of: ({ bytesPerSecond }) => bytesPerSecond / 1000 }],
    least: 4,
    label: (value) => `${value.toFixed(1)} kB/s`,
  },
  {
    curves: [{ name: "corrected", colour: "#d9a6ff", of: ({ correctedMetres }) => correctedMetres }],
    least: 0.5,
    label: (value) => `${value.toFixed(2)} m`,
  },
];

const LANE_WORDS = {
  off: "WebSocket alone",
  connecting: "WebSocket, a data channel is being opened",
  open: "data channel and WebSocket",
  down: "WebSocket, the data channel is down",
} as const;

export class NetworkPanel {
  readonly root = element("div", { className: "network-panel", testId: "network-panel" });
  readonly #way = element("p", { className: "network-way", testId: "network-way" });
  readonly #text = element("pre", { className: "network-numbers", testId: "debug" });
  readonly #canvas = document.createElement("canvas");
  readonly #history = new NetworkHistory();
  #frames = 0;
  #since = 0;
  #framesPerSecond = 0;

  constructor() {
    this.#canvas.setAttribute("role", "img");
    const height = STRIPS.length * (STRIP + GAP);
    const scale = Math.max(1, window.devicePixelRatio);
    this.#canvas.width = WIDTH * scale;
    this.#canvas.height = height * scale;
    this.#canvas.style.width = `${WIDTH}px`;
    this.#canvas.style.height = `${height}px`;
    this.root.append(this.#way, this.#canvas, this.#text);
    this.root.hidden = true;
  }

  toggle(): void {
    this.root.hidden = !this.root.hidden;
  }

  /** Every frame. */
  countFrame(now: number, connection: MatchConnection): void {
    const sampled = this.#history.note(now, connection.reading);
    if (sampled && !this.root.hidden) this.#draw();
    this.#frames += 1;
    if (now - this.#since < 500) return;
    this.#framesPerSecond = Math.round((this.#frames * 1000) / (now - this.#since));
    this.#frames = 0;
    this.#since = now;
  }

  update(connection: MatchConnection): void {
    if (this.root.hidden) return;
    const { room, state, lane } = connection;
    const { gauge, input } = connection.prediction;
    const { latest } = this.#history;
    setText(this.#way, LANE_WORDS[lane.state]);
    setText(
      this.#text,
      [
        `frames       ${this.#framesPerSecond}/s`,
        `patches      ${gauge.patchesPerSecond}/s, ${Math.round(latest?.bytesPerPatch ?? 0)} B`,
        `server tick  ${state.tick}`,
        `ping         ${connection.pingMs} ms`,
        `input→ack    ${room.clock.smoothedRtt().toFixed(0)} ms`,
        `jitter       ${room.clock.jitter().toFixed(1)} ms`,
        `others drawn ${milliseconds(latest?.drawnAgeMs ?? 0)} ago`,
        `lane         ${lane.statistics.patches} patches, ${lane.statistics.recovered} late, ${lane.statistics.lost} lost`,
        `in flight    ${input.pendingCount}`,
        `reconciles   ${gauge.reconciles}`,
        `corrections  ${gauge.corrections}`,
        `worst        ${gauge.worst.toFixed(3)} m`,
      ].join("\n"),
    );
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const scale = this.#canvas.width / WIDTH;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, WIDTH, this.#canvas.height);
    context.font = "11px ui-monospace, monospace";
    STRIPS.forEach((strip, index) => drawStrip(context, strip, this.#history.samples, index * (STRIP + GAP)));
    const { latest } = this.#history;
    if (latest) this.#canvas.setAttribute("aria-label", describe(latest));
  }
}

function drawStrip(
  context: CanvasRenderingContext2D,
  { curves, least, label }: Strip,
  samples: readonly NetworkSample[],
  top: number,
): void {
  context.fillStyle = "rgb(255 208 138 / 7%)";
  context.fillRect(0, top, WIDTH, STRIP);
  const most = Math.max(least, ...samples.flatMap((sample) => curves.map(({ of }) => of(sample)))) * 1.1;
  let wordsEnd = 4;
  for (const { name, colour, of } of curves) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    samples.forEach((sample, index) => {
      const x = WIDTH - (samples.length - 1 - index) * (WIDTH / (SAMPLES - 1));
      const y = top + STRIP - 1 - (of(sample) / most) * (STRIP - 14);
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.stroke();
    const latest = samples.at(-1);
    const words = `${name} ${latest ? label(of(latest)) : "–"}`;
    context.fillStyle = colour;
    context.fillText(words, wordsEnd, top + 11);
    wordsEnd += context.measureText(words).width + 9;
  }
}

function describe({ roundTripMs, jitterMs, loss, bytesPerSecond, correctedMetres }: NetworkSample): string {
  return (
    `Round trip ${milliseconds(roundTripMs)}, jitter ${milliseconds(jitterMs)}, ${(loss * 100).toFixed(1)} % lost, ` +
    `${(bytesPerSecond / 1000).toFixed(1)} kB a second, corrected by ${correctedMetres.toFixed(2)} m`
  );
}
