/** Small helpers for building the page. Text always goes in as text, never as markup: names come from players. */

interface ElementOptions {
  className?: string;
  text?: string;
  testId?: string;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { className, text, testId }: ElementOptions = {},
  ...children: Node[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (className !== undefined) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (testId !== undefined) node.dataset.testid = testId;
  node.append(...children);
  return node;
}

export function button(
  text: string,
  options: { className?: string; testId?: string },
  onClick: () => void,
): HTMLButtonElement {
  const node = element("button", { ...options, text });
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** Writes only what changed: a text that is set again still costs a layout. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** 1st, 2nd, 3rd, 4th; matches have fewer than 21 fighters. */
export function ordinal(place: number): string {
  return `${place}${["th", "st", "nd", "rd"][place] ?? "th"}`;
}

/** What the page is showing, for style sheets and for tests: a match's phase, or one of the states around it. */
export function setPagePhase(phase: string): void {
  if (document.body.dataset.phase !== phase) document.body.dataset.phase = phase;
}
