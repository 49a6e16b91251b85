/** Tells of every change of the machine's network that the browser tells of. */
export function watchNetwork(changed: () => void): void {
  window.addEventListener('online', changed);
  // some browsers tell of a change that leaves them online, too (W3C Network Information)
  const { connection } = navigator as { readonly connection?: EventTarget };
  connection?.addEventListener('change', changed);
}
