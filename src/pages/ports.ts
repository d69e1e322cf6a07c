import type { Clock } from "../core/clock.ts";
import type { Where } from "../core/consequence.ts";
import type { Log } from "../core/log.ts";
import type { Approvals } from "../core/store/approvals.ts";
import type { Memory, Pin, SecretStore } from "../core/store/store.ts";
import type { PageTiming } from "./page-server.ts";

/** The parts of a process that the pages read and decide on. */
export interface PagePorts {
  approvals: Pick<Approvals, "find" | "decide">;
  pin: Pin;
  secrets: SecretStore;
  clock: Clock;
  log: Log;
  /** The person is at this machine: its clock is theirs. */
  onThisMachine: boolean;
  /** The sandbox, or the accounts that this state belongs to. */
  where?: Where | undefined;
  timing?: Partial<PageTiming>;
  /** Keeps the port, so that the next process of the same state serves the links of this one. */
  memory?(account: string): Memory;
}
