import type { ForViews } from "../src/core/picture/picture-of.ts";
import { el } from "./draw.ts";
import type { Capabilities, Host } from "./host.ts";

/** A tool's answer as it came, and the call that it answers. */
export interface Shown {
  answer: Record<string, unknown>;
  forViews: ForViews;
  given: Record<string, unknown>;
}

interface Named {
  provider?: string;
  trunk_id?: string;
  trunk_name?: string;
}

/** Buttons for what this host can do. None of them decides anything: a decision is made on the approval page. */
export function actions(shown: Shown, host: Host, can: Capabilities, showAgain: (result: unknown) => void): HTMLElement | undefined {
  const buttons = [...links(shown, host, can), ...again(shown, host, can, showAgain), ...questions(shown, host, can), ...copies(shown)];
  return buttons.length > 0 ? el("div", "actions", ...buttons) : undefined;
}

function button(label: string, press: () => Promise<unknown>): HTMLElement {
  const made = el("button", "", label) as HTMLButtonElement;
  made.addEventListener("click", async () => {
    made.disabled = true;
    await press().catch(() => {
      made.textContent = `${label}: it failed`;
    });
    made.disabled = false;
  });
  return made;
}

function links({ answer }: Shown, host: Host, can: Capabilities): HTMLElement[] {
  const url = answer["approve_url"];
  if (!can.openLinks || typeof url !== "string" || !/^https?:\/\//.test(url)) return [];
  return [button("Open the approval page", () => host.request("ui/open-link", { url }))];
}

/** Reads go to the server directly; that is no decision. */
function again({ answer, given }: Shown, host: Host, can: Capabilities, showAgain: (result: unknown) => void): HTMLElement[] {
  const { trunk, trunks, plan_id, state, next_cursor } = answer as { trunk?: Named } & Record<string, unknown>;
  const call = (label: string, name: string, args: object) =>
    button(label, () => host.request("tools/call", { name, arguments: args }).then(showAgain));
  if (!can.serverTools) return [];
  if (Array.isArray(trunks) && state === undefined) {
    const { cursor: _, ...rest } = given;
    const more = typeof next_cursor === "string" ? [call("Next page", "list_trunks", { ...rest, cursor: next_cursor })] : [];
    const details = rest["details"] ? [] : [call("Show who may call", "list_trunks", { ...rest, details: true })];
    return [call("Read again", "list_trunks", rest), ...details, ...more];
  }
  if (trunk && !("findings" in answer)) return [call("Read again", "get_trunk", { provider: trunk.provider, trunk_id: trunk.trunk_id })];
  return plan_id !== undefined && state !== undefined ? [call("Read again", "get_plan", { plan_id })] : [];
}

/** Words for the agent, which does the rest as if the person had typed them. */
function questions({ answer }: Shown, host: Host, can: Capabilities): HTMLElement[] {
  if (!can.message) return [];
  const { trunk, findings, finish_plan_id, undo_plan_id } = answer as { trunk?: Named } & Record<string, unknown>;
  const say = (label: string, text: string) =>
    button(label, () => host.request("ui/message", { role: "user", content: [{ type: "text", text }] }));
  const about = trunk && `trunk ${trunk.trunk_id} on ${trunk.provider}`;
  const repairs = Array.isArray(findings) && findings.some(({ repair }) => repair);
  return [
    ...(about && findings === undefined ? [say("Check this trunk", `Check ${about}.`)] : []),
    ...(about && repairs ? [say("Plan the repair", `Plan the repair of ${about}.`)] : []),
    ...(typeof finish_plan_id === "string" ? [say("Finish it", `Apply the plan ${finish_plan_id}.`)] : []),
    ...(typeof undo_plan_id === "string" ? [say("Undo it", `Apply the plan ${undo_plan_id}, which undoes this one.`)] : []),
  ];
}

function copies({ answer }: Shown): HTMLElement[] {
  const { trunk, approve_command } = answer as { trunk?: Named; approve_command?: unknown };
  const copy = (label: string, text: unknown) => (typeof text === "string" ? [button(label, () => put(text))] : []);
  return [...copy("Copy the trunk id", trunk?.trunk_id), ...copy("Copy the command", approve_command)];
}

/** Without a permission for the clipboard, the older way works from a click. */
async function put(text: string): Promise<void> {
  const area = el("textarea", "") as HTMLTextAreaElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}
