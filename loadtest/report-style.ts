/** The style sheet of the labs' report pages: one set of colours for light, one for dark. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fcfcfb; --card: #ffffff; --ink: #1c1b19; --quiet: #6a675f; --line: #e4e2dc;
  --arena: #1f6fd1; --queue-room: #d9531e; --queue-room-other: #a8780c; --first-come: #7a7f87; --load: #dfe6ee; }
@media (prefers-color-scheme: dark) { :root { --paper: #161616; --card: #1e1e1d; --ink: #f1efe9; --quiet: #a5a198; --line: #35342f;
  --arena: #5aa2ff; --queue-room: #ff8a5b; --queue-room-other: #dcae3e; --first-come: #9aa1ab; --load: #2a3542; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1320px; padding: 28px 24px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 26px; margin: 0 0 6px; } h2 { font-size: 21px; margin: 40px 0 4px; } h3 { font-size: 16px; margin: 28px 0 8px; }
p { margin: 0 0 14px; max-width: 90ch; color: var(--quiet); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin: 16px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.tile b { display: block; font-size: 27px; line-height: 1.2; } .tile span { color: var(--quiet); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(540px, 100%), 1fr)); gap: 14px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px;
  display: flex; flex-direction: column; }
figcaption { font-size: 13px; color: var(--quiet); min-height: 4.6em; }
figcaption b { display: block; font-size: 15px; color: var(--ink); }
svg { width: 100%; height: auto; display: block; margin-top: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 4px 0 8px; font-size: 13px; color: var(--ink); }
.legend span { display: inline-flex; align-items: center; gap: 7px; }
.swatch { width: 18px; height: 3px; border-radius: 2px; background: currentColor; display: inline-block; } .swatch.wide { height: 11px; }
text { fill: var(--quiet); font-size: 12px; } text.label { font-size: 12.5px; } text.mark { fill: var(--ink); font-weight: 600; paint-order: stroke;
  stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
.grid { stroke: var(--line); } .axis { stroke: var(--quiet); } .guide { stroke: var(--quiet); stroke-dasharray: 4 4; }
.line { fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linejoin: round; } .dot { fill: currentColor; stroke: var(--card); stroke-width: 1.5; }
.ring { fill: none; stroke: currentColor; stroke-width: 2; } .area { fill: currentColor; }
.arena { color: var(--arena); } .queue-room { color: var(--queue-room); } .queue-room-other { color: var(--queue-room-other); }
.lane, .lane-dashed { color: var(--arena); } .web-socket, .web-socket-dashed { color: var(--queue-room); }
.first-come { color: var(--first-come); } .load { color: var(--load); }
.queue-room-other.line, .lane-dashed.line, .web-socket-dashed.line { stroke-dasharray: 6 4; }
details { margin: 18px 0; } summary { cursor: pointer; font-weight: 600; margin-bottom: 8px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 8px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 500; white-space: normal; vertical-align: bottom; min-width: 58px; line-height: 1.3; }
tbody th { text-align: left; font-weight: 600; position: sticky; left: 0; background: var(--card); } tbody tr:last-child > * { border-bottom: 0; }
`;
