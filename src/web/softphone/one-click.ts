/**
 * A double click is one click: its second half would take back what the first did (mute), or ask for it
 * once more (time for the wrap-up). Tones are keyed as fast as somebody wants.
 */
export function takeDoubleClicksAsOne(page: Document): void {
  page.addEventListener(
    'click',
    (event) => {
      const { detail, target } = event;
      if (detail < 2 || !(target instanceof Element)) return;
      if (target.closest('button') === null || target.closest('.keypad') !== null) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
