import { setTimeout as delay } from "node:timers/promises";
import { TrunkError } from "../core/errors.ts";
import { folded } from "../core/screen.ts";
import { callByName } from "../mcp/call-by-name.ts";
import type { Scope } from "../pipeline/scope.ts";
import { hearDecision } from "./approve.ts";
import type { ProcessPorts } from "./command.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

const STEPS = 7;
const POLL_MS = 250;

type Result = Record<string, unknown>;

/** The voice of the tour, and the calls that an agent would make. */
export interface Tour {
  /** Begins the next step: what a person says to their agent. */
  step(words: string): void;
  tell(text: string): void;
  tick(text: string): void;
  trouble(text: string): void;
  call(tool: string, args: Result): Promise<Result>;
  /** The same for a call that a person has to agree to; undefined where they refuse. */
  ask(tool: string, args: Result): Promise<Result | undefined>;
}

export function createTour(scope: Scope, ports: ProcessPorts): Tour {
  const terminal = terminalOf(ports);
  const { paint, width } = terminal.screen;
  const line = (mark: string, text: string) => void ports.stdout.write(`   ${mark} ${folded(text, width, 5)}\n`);
  let n = 0;
  const tour: Tour = {
    step: (words) => {
      n += 1;
      ports.stdout.write(`\n${paint("bold", `${n}/${STEPS}  ${folded(words, width, 5)}`)}\n`);
    },
    tell: (text) => line(" ", text),
    tick: (text) => line(paint("green", "✓"), text),
    trouble: (text) => line(paint("red", "✗"), text),
    call: async (tool, args) => {
      const answer = await callByName(tool, args, scope);
      if (answer.kind === "done") return answer.result;
      throw new TrunkError(
        "internal",
        `The tour ended at ${tool}: ${answer.kind === "failed" ? answer.error.message : "it asked for you"}`,
      );
    },
    ask: async (tool, args) => {
      const asked = await callByName(tool, args, scope);
      if (asked.kind !== "ask") return await tour.call(tool, args);
      await decide(asked.approval, asked.confirm, { tour, scope, terminal, ports });
      const isAgreed = (await scope.store.approvals.find(asked.approval))?.state === "granted";
      return isAgreed ? await tour.call(tool, { ...args, approval: asked.approval }) : undefined;
    },
  };
  return tour;
}

interface Deciding {
  tour: Tour;
  scope: Scope;
  terminal: Terminal;
  ports: ProcessPorts;
}

/** On the page if there is a browser, else in the terminal. Without either the tour types the name: this sandbox is its own. */
async function decide(approval: string, confirm: string, { tour, scope, terminal, ports }: Deciding): Promise<void> {
  const { approvals } = scope.store;
  if (!terminal.isTerminal) {
    tour.tell(`A person would now read what is lost, and type ${confirm}. There is nobody at this terminal, so the tour types it.`);
    await approvals.decide(approval, true, "command");
    return;
  }
  const url = ports.environment["NO_BROWSER"] ? undefined : await scope.outside?.approvalUrl(approval);
  if (url === undefined || !(await ports.browse(url))) {
    await hearDecision(approval, false, { ...scope.store, clock: scope.clock, where: "the tour's sandbox" }, terminal).catch(
      (error: unknown) => {
        if (!(error instanceof TrunkError)) throw error;
        tour.trouble(error.message);
      },
    );
    return;
  }
  tour.tell(`Your browser shows the approval page: type ${confirm} there, or refuse.`);
  tour.tell(terminal.screen.paint("dim", url));
  while ((await approvals.find(approval))?.state === "pending") await delay(POLL_MS);
}
