import { type ForViews, pictureOf } from "../src/core/picture/picture-of.ts";
import { labelsOf } from "../src/core/picture/words.ts";
import { actions } from "./actions.ts";
import { draw, el } from "./draw.ts";
import { type Capabilities, connect, dress, type Hello, type HostContext, reportHeight } from "./host.ts";

/** Put here by the build, from the carriers themselves. */
declare const CARRIERS: Record<string, string>;

interface ToolResult {
  structuredContent?: Record<string, unknown>;
  content?: { type: string; text?: string }[];
  _meta?: Record<string, unknown>;
}

let given: Record<string, unknown> = {};
let can: Capabilities = {};
let context: HostContext = {};

const host = connect({
  "tool-input": ({ arguments: sent = {} }: { arguments?: Record<string, unknown> }) => {
    given = sent;
  },
  "tool-result": (result: ToolResult) => show(result),
  "tool-cancelled": () => state("The call was stopped. Ask the agent what was done by then."),
  "host-context-changed": (changed: HostContext) => {
    context = { ...context, ...changed };
    dress(context);
  },
});

function state(text: string): void {
  const said = el("p", "say plain", text);
  said.setAttribute("role", "status");
  document.body.replaceChildren(said);
}

/** An error has no structured content: its second item is the report. */
function answerOf({ structuredContent, content = [] }: ToolResult): Record<string, unknown> {
  if (structuredContent) return structuredContent;
  for (const { text = "" } of [...content].reverse()) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    } catch {}
  }
  return { code: "", message: content.map(({ text = "" }) => text).join(" ") };
}

/** In the person's own time zone, where the host tells it. */
function time(at: number): string {
  return new Date(at).toLocaleTimeString(context.locale, {
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone: context.timeZone,
  });
}

function show(result: ToolResult): void {
  const answer = answerOf(result);
  const forViews = (result._meta?.["trunkline"] ?? {}) as ForViews;
  const picture = pictureOf(answer, forViews, labelsOf(CARRIERS, forViews.fields), time);
  if (!picture) {
    state("The agent's answer says all of it.");
    return;
  }
  const bar = actions({ answer, forViews, given }, host, can, (next) => show(next as ToolResult));
  document.body.replaceChildren(el("main", "", ...picture.map(draw), bar));
}

async function start(): Promise<void> {
  const hello = (await host.request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: "trunkline", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline"] },
  })) as Hello;
  can = hello.hostCapabilities ?? {};
  context = hello.hostContext ?? {};
  dress(context);
  // Until this is told, some hosts keep the view hidden.
  host.notify("ui/notifications/initialized", {});
  reportHeight(host);
}

state("Waiting for the answer…");
void start();
