import { decideApproval } from "../../src/commands/approve.ts";
import { ctrlC, keyboard } from "../support/keyboard.ts";
import { send } from "../support/pages.ts";
import { type Answer, type Era, startTrunkline, type Trunkline } from "../support/trunkline.ts";
import { type WatchedCarriers, watchCarriers } from "./watched-carriers.ts";

/** Text that one call showed to a person, wherever it could be read. */
export interface Shown {
  /** Absent: nobody was shown it there. */
  form: string | undefined;
  page: string | undefined;
  terminal: string | undefined;
  answer: Answer;
  writes: number;
}

export interface Showing {
  watched: WatchedCarriers;
  trunkline: Trunkline;
  /** Calls, and looks at every channel; nobody agrees. */
  show(tool: string, args: Record<string, unknown>): Promise<Shown>;
  close(): Promise<void>;
}

export async function openShowing(era: Era, forms: boolean): Promise<Showing> {
  const watched = watchCarriers();
  let form: string | undefined;
  const person = ({ message }: { message: string }) => {
    form = message;
    return { action: "cancel" as const };
  };
  const trunkline = await startTrunkline({
    ...{ era, providers: watched.providers, pages: true, unlimited: true, timing: { callMs: 30_000 } },
    ...(forms ? { person } : {}),
  });
  return {
    watched,
    trunkline,
    show: async (tool, args) => {
      form = undefined;
      const before = watched.writes.length;
      const answer = await trunkline.call(tool, args);
      const [pending] = await trunkline.scope.store.approvals.pending();
      const id = pending?.id;
      return {
        form,
        page: id === undefined ? undefined : await pageOf(trunkline, id),
        terminal: id === undefined ? undefined : await screenOf(trunkline, id),
        answer,
        writes: watched.writes.length - before,
      };
    },
    close: async () => {
      await trunkline.scope.plans.stop();
      await trunkline.close();
    },
  };
}

async function pageOf({ scope }: Trunkline, id: string): Promise<string> {
  const { body } = await send((await scope.outside?.approvalUrl(id)) ?? "");
  const text = body.replaceAll(/<style>.*?<\/style>/gs, "").replaceAll(/<[^>]+>/g, "\n");
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCharCode(Number(code)) : (named[name] ?? "")));
}

async function screenOf({ scope }: Trunkline, id: string): Promise<string> {
  const { terminal, screen } = keyboard([["Type it to approve", ctrlC]]);
  await decideApproval(id, false, { ...scope.store, clock: scope.clock, where: "here" }, terminal).catch(() => {});
  return screen();
}

/** Values that do not stand in the text by themselves: 52.1.0.0/2 does not stand in 52.1.0.0/24. */
export function missing(text: string, values: readonly string[]): string[] {
  const words = new Set(text.split(/[\s",;()]+/).flatMap((word) => [word, word.replace(/[.:]+$/, ""), word.replace(/\/32$/, "")]));
  return [...new Set(values)].filter((value) => !words.has(value) && !words.has(`${value}/32`));
}

/** Says what is wrong with how something was shown of which these values are grave. */
export function problems({ form, page, terminal, answer, writes }: Shown, grave: readonly string[], plain: readonly string[]): string[] {
  const { isError, value } = answer;
  if (grave.length === 0) return [];
  if (writes > 0) return [`${writes} writes were sent, and nobody had agreed`];
  if (!isError) return ["it was done, and nobody was asked"];
  const channels = Object.entries({ form, page, terminal }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (channels.length > 0) {
    return channels.flatMap(([name, text]) => {
      const absent = missing(text, [...grave, ...plain]);
      return absent.length > 0 ? [`the ${name} leaves out ${absent.length}: ${absent.slice(0, 5).join(", ")}`] : [];
    });
  }
  const says = `${value.message} ${value.hint}`;
  const isSplit = value.code === "invalid_input" && /split/i.test(says) && value.applied === false;
  return isSplit ? [] : [`nobody was shown it, and the answer is ${value.code}: ${says.slice(0, 200)}`];
}
