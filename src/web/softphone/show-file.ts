/** Shows a file in a new tab of the browser; the key that it was asked with is in no address. */
export function showFile(file: Blob, isRead: Promise<unknown>): void {
  const url = URL.createObjectURL(file);
  window.open(url, '_blank', 'noopener');
  void isRead.then(() => {
    URL.revokeObjectURL(url);
  });
}
