import type { Dialog } from './dialog';

/** Bound on memory; a call centre floor has two dialogs a call. */
export const DIALOG_LIMIT = 20_000;

/** Every dialog, by the id the application knows and by the tags the network knows. */
export class DialogTable<D extends Dialog> implements Iterable<D> {
  private readonly byId = new Map<string, D>();
  private readonly byTag = new Map<string, D>();

  get size(): number {
    return this.byId.size;
  }

  get isFull(): boolean {
    return this.byId.size >= DIALOG_LIMIT;
  }

  add(dialog: D): void {
    this.byId.set(dialog.id, dialog);
    this.byTag.set(`${dialog.callId}|${dialog.localTag}`, dialog);
  }

  remove(dialog: D): void {
    if (this.byId.get(dialog.id) !== dialog) return;
    this.byId.delete(dialog.id);
    this.byTag.delete(`${dialog.callId}|${dialog.localTag}`);
  }

  get(id: string): D | undefined {
    return this.byId.get(id);
  }

  /** The dialog a message from the network belongs to (RFC 3261 section 12.2.2): all three must match. */
  find(callId: string, localTag: string, remoteTag: string): D | undefined {
    const dialog = this.byTag.get(`${callId}|${localTag}`);
    return dialog?.remoteTag === remoteTag ? dialog : undefined;
  }

  [Symbol.iterator](): Iterator<D> {
    return this.byId.values();
  }
}
