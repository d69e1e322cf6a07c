// Runs as a process of its own, bundled: makes one write and is killed on the way.
import type { ToolName } from "../../tools/index.ts";
import { call, type Place, type Process, startProcess } from "./restart.ts";

/** Where a process can die by itself; at the carrier's door it is the carrier who kills it. */
export type Death = "before the intent" | "after the intent" | "after the answer" | "before the outcome" | "after the outcome";

export interface Order {
  place: Place;
  tool: ToolName;
  arguments: Record<string, unknown>;
  death: Death | undefined;
}

async function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return await new Promise(() => setTimeout(() => {}, 60_000));
}

function arm({ store: { journal, secrets } }: Process, death: Death): void {
  const { intend, settle } = journal;
  const { find } = secrets;
  const deaths: Record<Death, () => void> = {
    "before the intent": () => {
      journal.intend = die;
    },
    "after the intent": () => {
      journal.intend = async (record) => {
        await intend(record);
        return await die();
      };
    },
    // The first thing that is done with an answer: its password goes to its place.
    "after the answer": () => {
      secrets.find = (ref) => (ref.startsWith("pending/") ? die() : find(ref));
    },
    "before the outcome": () => {
      journal.settle = die;
    },
    "after the outcome": () => {
      journal.settle = async (...outcome) => {
        await settle(...outcome);
        return await die();
      };
    },
  };
  deaths[death]();
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
const scope = await startProcess(order.place);
if (order.death) arm(scope, order.death);
process.stdout.write(JSON.stringify(await call(order.tool, order.arguments, scope)));
await scope.store.close();
