import type { StepDraft } from "../../../core/carrier/planner.ts";
import { quoteText } from "../../../core/text.ts";
import { checkWhitelistIp } from "../../../rules/address.ts";
import { askNumber } from "../../../rules/ask-number.ts";
import { bareDestination } from "../../../rules/destination.ts";
import { note } from "../../../rules/findings.ts";
import { checkPhoneNumber } from "../../../rules/phone-number.ts";
import { leaving, MOVES, removal } from "../../../rules/planned-rows.ts";
import { cidr } from "../../../rules/range.ts";
import { checkUrl, checkUsername } from "../input-rules.ts";
import type { Planning } from "./wanted.ts";

/** Numbers come last: their calls arrive at once, and need a trunk that is ready. */
export function planNumbers(planning: Planning): void {
  const { task, live, wanted, plan } = planning;
  const present = new Set(live.phone_numbers.map((row) => row.phone_number));
  const elsewhere = new Map(task.elsewhere.map((one) => [one.row.phone_number, one]));
  for (const [number, field] of wanted.numbers) {
    if (present.has(number)) plan.unchanged.push({ kind: "number", value: number });
    else {
      const rule = checkPhoneNumber(field, number);
      note(plan, [rule]);
      const loss = task.numberLosses?.get(number);
      const question = `This Twilio account has no number ${quoteText(number)} in this region. Which is meant?`;
      if (loss === undefined && rule?.level !== "refuse") plan.questions.push(askNumber(task, { field, question, said: number }));
      const other = elsewhere.get(number);
      if (other) plan.steps.push(takenOff(planning, number, other));
      plan.steps.push(assignment(planning, number, loss, other?.trunk_name));
    }
  }
}

function takenOff({ task }: Planning, number: string, { row, trunk_id, trunk_name }: Planning["task"]["elsewhere"][number]): StepDraft {
  const input = { trunk_sid: trunk_id, phone_number_id: row.phone_number_id ?? "", phone_number: number };
  const off = removal("twilio_unassign_phone_number", input, `Number ${quoteText(number)}`);
  return leaving(off, number, trunk_name, task.name);
}

function assignment({ task, trunkSid }: Planning, number: string, loss: string | undefined, from: string | undefined): StepDraft {
  const where = from === undefined ? "It is on no other trunk." : `It is on ${quoteText(from)} until then.`;
  return {
    tool: "twilio_assign_phone_number",
    arguments: { trunk_sid: trunkSid, phone_number: number, loses: loss ?? "" },
    effect: "change",
    ...(task.unsearched && from === undefined
      ? { reason: "Whether another trunk has it could not be looked up; it is left there then.", doubt: number }
      : { reason: `It is wanted on this trunk. ${where}` }),
    ...(from === undefined ? {} : { chain: MOVES }),
  };
}

export function planIps(planning: Planning): void {
  const { task, live, wanted, plan } = planning;
  const present = new Set(live.whitelisted_ips.map(cidr));
  for (const [entry, { ip, mask, field }] of wanted.ips) {
    if (present.has(entry)) plan.unchanged.push({ kind: "ip", value: entry });
    else {
      note(plan, [checkWhitelistIp(field, ip, field, mask, task.sandbox)]);
      plan.steps.push(allowing(planning, { ip, mask }, "Calls may come from there."));
    }
  }
}

export function allowing({ trunkSid }: Planning, { ip, mask }: { ip: string; mask: number }, reason: string): StepDraft {
  return { tool: "twilio_allow_ip", arguments: { trunk_sid: trunkSid, ip, cidr_prefix_length: mask }, effect: "create", reason };
}

export function planDestinations({ live, wanted, plan, trunkSid }: Planning): void {
  const present = new Map(live.destination_uris.map((row) => [bareDestination(row.destination), row]));
  for (const [destination, field] of wanted.destinations) {
    const row = present.get(destination);
    if (row?.type === "disabled" && row.destination_uri_id !== undefined)
      plan.steps.push({
        tool: "twilio_update_origination_url",
        arguments: { trunk_sid: trunkSid, destination_uri_id: row.destination_uri_id, enabled: true },
        effect: "change",
        reason: `${quoteText(destination, 120)} is switched off.`,
        about: `Destination ${quoteText(destination, 120)}`,
      });
    else if (row) plan.unchanged.push({ kind: "destination", value: destination });
    else {
      const sip_url = /^sips:/i.test(destination) ? destination : `sip:${destination}`;
      const finding = checkUrl(sip_url);
      note(plan, [finding && { ...finding, field }]);
      plan.steps.push({
        tool: "twilio_add_origination_url",
        arguments: { trunk_sid: trunkSid, sip_url },
        effect: "create",
        reason: "Calls in go there.",
      });
    }
  }
}

export function planLogins({ live, wanted, plan, trunkSid }: Planning): void {
  const present = new Set(live.credentials.map((row) => row.user_name));
  for (const [username, field] of wanted.logins) {
    if (present.has(username)) plan.unchanged.push({ kind: "login", value: username });
    else {
      const finding = checkUsername(username);
      note(plan, [finding && { ...finding, field }]);
      plan.steps.push({
        tool: "twilio_create_credential",
        arguments: { trunk_sid: trunkSid, username },
        effect: "create",
        reason: "Calls may be placed with it; its password is generated and kept for a person.",
      });
    }
  }
}
