import * as z from "zod";
import type { TrunkPlan, TrunkTask } from "../../../core/carrier/planner.ts";
import type { LoginOf, Setup } from "../../../core/carrier/setup.ts";
import { readSetupOptions } from "../../../core/carrier/setup-options.ts";
import { addRows, askWhich, noRows, onceEach, type WantedRows } from "../../../rules/wanted-rows.ts";
import { encryptions } from "../json.ts";

const optionsSchema = z.strictObject({
  agent_name: z.string().min(1).max(128).optional(),
  room_prefix: z.string().max(128).optional(),
  media_encryption: z.enum(encryptions).optional(),
  allowed_numbers: z.array(z.string().max(32)).max(1_000).optional(),
  destination_country: z.string().max(2).optional(),
  from_host: z.string().max(255).optional(),
  headers: z.record(z.string().max(255), z.string().max(1_024)).optional(),
  auth_password: z.string().max(128).optional(),
});
export type Options = z.infer<typeof optionsSchema>;

/** The wishes of one trunk's setups, each with the place at which it was asked for. */
export interface Wanted extends WantedRows {
  direction: "inbound" | "outbound" | undefined;
  at: string;
  numbers: Map<string, string>;
  ips: Map<string, string>;
  destinations: Map<string, string>;
  options: Options;
  /** Another trunk of the same plan, whose login this one has. */
  loginOf: LoginOf | undefined;
}

/** A name of a variable of the operator's, in whose place the pipeline puts its value. */
const REFERENCE = /^env:TRUNKLINE_SECRET_[A-Z0-9_]{1,64}$/;

export function collect({ wanted, trunk }: TrunkTask, plan: TrunkPlan): Wanted {
  const live = trunk?.attributes?.["direction"] as Wanted["direction"];
  const all: Wanted = {
    ...noRows(),
    direction: live,
    at: wanted[0]?.at ?? "",
    numbers: new Map(),
    ips: new Map(),
    destinations: new Map(),
    options: {},
    loginOf: wanted.find(({ setup }) => setup.login_of)?.setup.login_of,
  };
  for (const { setup, at } of wanted) {
    addDirection(all, setup, at, plan);
    for (const part of ["numbers", "ips", "destinations"] as const)
      for (const [entry, field] of onceEach(setup, part, at, plan)) all[part].set(entry, field);
    addRows(all, setup, at, plan);
    if (setup.alias !== undefined)
      plan.questions.push({
        field: `${at}alias`,
        question: "LiveKit has no alias: the numbers of an outbound trunk are its caller ids. Leave it out?",
      });
    const options = readOptions(setup, at, plan);
    for (const [name, value] of Object.entries(options))
      askWhich(all.options[name as keyof Options], { value, field: `${at}options.${name}` }, plan);
    all.options = { ...all.options, ...options };
  }
  return all;
}

/** Calls in and calls out are two trunks at LiveKit. */
function addDirection(all: Wanted, { use_case }: Setup, at: string, plan: TrunkPlan): void {
  if (use_case === undefined) return;
  const direction = use_case === "outbound" ? "outbound" : "inbound";
  if (all.direction !== undefined && all.direction !== direction) {
    const question = `A trunk of LiveKit is for one way only, and this one is ${all.direction}. Under which name shall the ${direction} one be made?`;
    plan.questions.push({ field: `${at}trunk`, question });
  }
  all.direction ??= direction;
}

function readOptions({ options = {} }: Setup, at: string, plan: TrunkPlan): Options {
  const data = readSetupOptions(optionsSchema, options, at, plan, { unknown: () => "LiveKit has no such option." });
  const { auth_password } = data ?? {};
  if (auth_password !== undefined && !REFERENCE.test(auth_password)) {
    const question =
      "A plan is kept, so it never holds a password. Under which variable has the operator set it? Pass env:TRUNKLINE_SECRET_<name>.";
    plan.questions.push({ field: `${at}options.auth_password`, question });
    return {};
  }
  return data ?? {};
}
