/** Focuses the first of these that the page has, after the changes of this turn are drawn. */
export function focusSoon(...selectors: readonly string[]): void {
  // the drawing waits for a microtask of its own, which may be asked for after this
  queueMicrotask(() => {
    queueMicrotask(() => {
      focusFirst(selectors);
    });
  });
}

function focusFirst(selectors: readonly string[]): void {
  for (const selector of selectors) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found === null) continue;
    // what is folded away has no place to be looked at
    const folded = found.closest('details');
    if (folded !== null) folded.open = true;
    found.focus();
    found.scrollIntoView({ block: 'nearest' });
    return;
  }
}
