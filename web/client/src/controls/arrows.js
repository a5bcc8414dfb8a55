/** Arrow keys, Home and End among the buttons of a toolbar. @param {KeyboardEvent} event heard on the toolbar */
export function arrows(event) {
  const bar = /** @type {HTMLElement} */ (event.currentTarget);
  const all = [...bar.querySelectorAll('button')].filter((one) => !one.disabled);
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (event.target));
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  all.at(to % all.length)?.focus();
}
