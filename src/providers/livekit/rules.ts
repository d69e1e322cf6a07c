import { type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { TrunkError } from "../../core/errors.ts";
import { given } from "../../core/given.ts";
import { quoteText } from "../../core/text.ts";
import { answered, type LiveKitApi, methodPath } from "./api.ts";
import { creation } from "./attempts.ts";
import { ruleOf, toChangedRule, toNewRule, toReplace, toRuleUpdate } from "./body.ts";
import { normalNumber, same } from "./compare.ts";
import type { NewRule, RuleChange } from "./fields.ts";
import { anySchema, type RuleRecord, ruleIdSchema, ruleSchema } from "./json.ts";
import type { LiveKitReads } from "./reads.ts";
import { isTrunkId, type RuleRow, toRuleRow } from "./view.ts";

export interface WrittenRule {
  dispatch_rule: RuleRow;
}

const writtenRule = (record: RuleRecord): WrittenRule => ({ dispatch_rule: toRuleRow(record) });

export function createRule(api: LiveKitApi, reads: LiveKitReads): WriteOperation<NewRule, WrittenRule> {
  return creation<NewRule, RuleRecord, WrittenRule>(api, {
    operation: "create a dispatch rule",
    method: "CreateSIPDispatchRule",
    body: (input) => ({ dispatch_rule: toNewRule(input) }),
    async lookalikes(input, signal) {
      const rows = await reads.rules(input.trunk_ids.length > 0 ? { trunkIds: input.trunk_ids } : {}, signal);
      return rows
        .map(({ record }) => record)
        .filter((record) => hasKey(record, input))
        .map((found) => ({ id: found.sip_dispatch_rule_id, found }));
    },
    parse: (whole) => ruleSchema.parse(whole),
    output: writtenRule,
  });
}

/** Trunks, numbers and PIN tell a rule from every other one. The PIN is compared where it is known: the journal has none. */
function hasKey(record: RuleRecord, { trunk_ids, numbers = [], inbound_numbers = [], pin }: NewRule): boolean {
  return (
    same(record.trunk_ids, trunk_ids) &&
    same(record.numbers.map(normalNumber), numbers.map(normalNumber)) &&
    same(record.inbound_numbers.map(normalNumber), inbound_numbers.map(normalNumber)) &&
    (pin === undefined || pin === ruleOf(record).pin)
  );
}

export function updateRule(api: LiveKitApi, reads: LiveKitReads): WriteOperation<RuleChange, WrittenRule> {
  const settle = async ({ dispatch_rule_id, ...change }: RuleChange): Promise<WrittenRule | undefined> => {
    const { record, whole } = await reads.rule(dispatch_rule_id);
    const wanted = ruleSchema.parse({ ...whole, ...given(toChangedRule(record, whole, change)) });
    return isSameRule(record, wanted) ? writtenRule(record) : undefined;
  };
  return {
    settle,
    async send(input, signal) {
      const { dispatch_rule_id, ...change } = input;
      const { record, whole } = await reads.rule(dispatch_rule_id, signal);
      const parts = toChangedRule(record, whole, change);
      const update = toRuleUpdate(parts);
      return await api.wire.send({
        effect: "write",
        method: "POST",
        operation: "update a dispatch rule",
        path: methodPath("UpdateSIPDispatchRule"),
        body: { sip_dispatch_rule_id: dispatch_rule_id, ...(update ? { update } : { replace: toReplace(whole, parts) }) },
        parse: (answer) => writtenRule(ruleSchema.parse(answered(api, answer, anySchema))),
        settle: () => settle(input),
        signal,
      });
    },
  };
}

function isSameRule(one: RuleRecord, other: RuleRecord): boolean {
  return Object.entries(one).every(([name, value]) => same(value, other[name as keyof RuleRecord]));
}

interface OnRule {
  dispatch_rule_id: string;
}

export function deleteRule(api: LiveKitApi, reads: LiveKitReads): WriteOperation<OnRule, OnRule & { removed: true }> {
  return writeOperation<OnRule, OnRule & { removed: true }>(api.wire, {
    operation: "delete a dispatch rule",
    method: "POST",
    path: () => methodPath("DeleteSIPDispatchRule"),
    body: ({ dispatch_rule_id }) => ({ sip_dispatch_rule_id: dispatch_rule_id }),
    parse: (answer, input) => {
      answered(api, answer, ruleIdSchema);
      return { removed: true, ...input };
    },
    settle: async (input) => ((await reads.rules({ ids: [input.dispatch_rule_id] })).length > 0 ? undefined : { removed: true, ...input }),
  });
}

/** The ids of inbound trunks by what a person calls them. LiveKit would take any id, and a rule for none of its trunks serves nobody. */
export async function inboundIds(reads: LiveKitReads, said: readonly string[], signal?: AbortSignal): Promise<string[]> {
  if (said.length === 0) return [];
  const rows = await reads.all("inbound", { signal });
  return said.map((one, index) => {
    const found = rows.filter(({ sip_trunk_id, name }) => (isTrunkId(one) ? sip_trunk_id === one : name === one));
    const [only, ...others] = found;
    const field = `trunk_ids.${index}`;
    if (!only) {
      throw new TrunkError("not_found", `No inbound trunk has the id or name ${quoteText(one)}. Nothing was sent.`, {
        field,
        applied: false,
      });
    }
    if (others.length === 0) return only.sip_trunk_id;
    throw new TrunkError("conflict", `${found.length} inbound trunks are called ${quoteText(one)}. Nothing was sent.`, {
      field,
      hint: "Pass the id of the one that is meant.",
      candidates: found.map(({ sip_trunk_id }) => sip_trunk_id),
      applied: false,
    });
  });
}
