/** One connected application. */
export interface App {
  /** Queues one frame; ignored once the connection is gone. */
  send(frame: string): void;
  readonly isOpen: boolean;
}

/** Which application takes which requests: whoever asked for the method, in turn. */
export class AppRouter {
  private readonly routes = new Map<string, App[]>();

  /** @param verb method in any case, or `cdr:...`, which is accepted and never used */
  add(verb: string, app: App): void {
    const key = verb.toLowerCase();
    const apps = this.routes.get(key) ?? [];
    if (!apps.includes(app)) this.routes.set(key, [...apps, app]);
  }

  remove(verb: string, app: App): void {
    const key = verb.toLowerCase();
    const apps = (this.routes.get(key) ?? []).filter((one) => one !== app);
    if (apps.length === 0) this.routes.delete(key);
    else this.routes.set(key, apps);
  }

  removeApp(app: App): void {
    for (const verb of [...this.routes.keys()]) this.remove(verb, app);
  }

  /** The next application for that method, round robin; undefined when none wants it. */
  select(method: string): App | undefined {
    const apps = this.routes.get(method.toLowerCase());
    const [first, ...others] = apps ?? [];
    if (apps !== undefined && first !== undefined && others.length > 0) {
      this.routes.set(method.toLowerCase(), [...others, first]);
    }
    return first;
  }
}
