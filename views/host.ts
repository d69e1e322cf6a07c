/** The chat program around the view, spoken to as the MCP Apps extension says: JSON-RPC over `postMessage`. */

interface Message {
  jsonrpc: "2.0";
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code?: number; message?: string };
}

/** The parts of the host's context that a view draws with. */
export interface HostContext {
  theme?: string;
  styles?: { variables?: Record<string, string | undefined> };
  safeAreaInsets?: Partial<Record<"top" | "right" | "bottom" | "left", number>>;
  locale?: string;
  timeZone?: string;
}

export type Capabilities = Partial<Record<"openLinks" | "serverTools" | "message", unknown>>;

export interface Hello {
  hostCapabilities?: Capabilities;
  hostContext?: HostContext;
}

type Handlers = Record<string, (params: never) => void>;

export interface Host {
  request(method: string, params: object): Promise<unknown>;
  notify(method: string, params: object): void;
}

/** `handlers`: by the last word of what the host tells. */
export function connect(handlers: Handlers): Host {
  const waiting = new Map<number | string, { resolve(value: unknown): void; reject(error: Error): void }>();
  let next = 0;
  const send = (message: Omit<Message, "jsonrpc">) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const answered = ({ id = "", result, error }: Message) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(new Error(error.message));
    else one?.resolve(result);
  };
  const asked = (id: number | string, method: string) => {
    const known = method === "ping" || method === "ui/resource-teardown";
    send(known ? { id, result: {} } : { id, error: { code: -32601, message: "Method not found" } });
  };
  window.addEventListener("message", ({ source, data }: MessageEvent<Message | null>) => {
    if (source !== window.parent || data?.jsonrpc !== "2.0") return;
    if (data.method === undefined) answered(data);
    else if (data.id !== undefined) asked(data.id, data.method);
    else handlers[data.method.split("/").at(-1) ?? ""]?.((data.params ?? {}) as never);
  });
  return {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++next;
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      }),
    notify: (method, params) => send({ method, params }),
  };
}

/** The host's colours and edges. One that is undefined there leaves ours. */
export function dress({ theme, styles, safeAreaInsets }: HostContext): void {
  const { style } = document.documentElement;
  if (theme === "light" || theme === "dark") style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (/^--[\w-]+$/.test(name) && value !== undefined && resolves(value)) style.setProperty(name, value);
  }
  for (const [side, width] of Object.entries(safeAreaInsets ?? {})) {
    if (typeof width === "number") document.body.style.setProperty(`padding-${side}`, `${Math.max(width, 12)}px`);
  }
}

/** A host may name variables of its own that do not exist inside the view; a fallback of ours would then not be used. */
function resolves(value: string): boolean {
  const [, inner] = /^var\((--[\w-]+)\)$/.exec(value.trim()) ?? [];
  return inner === undefined || getComputedStyle(document.documentElement).getPropertyValue(inner) !== "";
}

/** Tells the host how tall the view is, at most once a frame. */
export function reportHeight(host: Host): void {
  let asked = false;
  const report = () => {
    asked = false;
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height > 0) host.notify("ui/notifications/size-changed", { height });
  };
  new ResizeObserver(() => {
    if (!asked) requestAnimationFrame(report);
    asked = true;
  }).observe(document.body);
}
