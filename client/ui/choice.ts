/** One of a few, as a row of buttons; arrow keys and Tab work as with any buttons. */
import { button, element } from "../dom.ts";

export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChoose: (value: string) => void,
): HTMLElement {
  const buttons = options.map(([value, text]) =>
    button(text, { className: "choice-option", testId: `choice-${value}` }, () => {
      if (press(value)) onChoose(value);
    }),
  );
  let current = "";
  /** @returns whether it changed. */
  const press = (value: string): boolean => {
    if (value === current) return false;
    current = value;
    options.forEach(([option], place) =>
      buttons[place]?.setAttribute("aria-pressed", String(option === value)),
    );
    return true;
  };
  press(chosen);
  const group = element("div", { className: "choice" }, ...buttons);
  group.role = "group";
  group.ariaLabel = label;
  return group;
}
