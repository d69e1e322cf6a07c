import type { Question } from "../../core/carrier/planner.ts";
import type { Setup } from "../../core/carrier/setup.ts";
import type { TrunkDetail } from "../../core/carrier/trunk.ts";
import { quoteText } from "../../core/text.ts";
import type { CarrierLive } from "./observe.ts";
import type { PlacedSetup } from "./read-setups.ts";

/** All setups of one trunk, which are planned together. */
export interface Group {
  provider: string;
  carrier: CarrierLive;
  name: string;
  trunk: TrunkDetail | undefined;
  wanted: PlacedSetup[];
}

type Rule = (setup: Setup, group: Group) => Question[];

/** Wishes that cannot be meant so, on whichever carrier. */
const rules: Rule[] = [
  ({ exactly = [] }, { wanted }) => {
    const unnamed = exactly.filter((part) => part !== "alias" && !wanted.some(({ setup }) => setup[part] !== undefined));
    return unnamed.map((part) => ({
      field: "exactly",
      question: `Exactly these ${part} are to stay, and none are named: all would go. If that is meant, pass ${part}: [].`,
    }));
  },
  ({ new_name }, { carrier, trunk }) => {
    const same = carrier.trunks.find((one) => one.trunk_name === new_name && one.trunk_id !== trunk?.trunk_id);
    if (new_name === undefined || !same) return [];
    const question = trunk
      ? `Another trunk is called ${quoteText(new_name)} (${same.trunk_id}). Which name is meant?`
      : `The trunk ${quoteText(new_name)} (${same.trunk_id}) is there already. If it was renamed, pass that as trunk, without new_name.`;
    return [{ field: "new_name", question }];
  },
  ({ new_name }, { carrier, trunk, name }) => {
    if (new_name === undefined || trunk || carrier.trunks.some((one) => one.trunk_name === new_name)) return [];
    const candidates = carrier.trunks.slice(0, 10).map((one) => one.trunk_name);
    return [{ field: "trunk", question: `There is no trunk ${quoteText(name)} to rename. Which one is meant?`, candidates }];
  },
  ({ expect_alias: expected, alias = "" }, { trunk }) => {
    if (expected === undefined || expected === (trunk?.alias ?? "") || alias === trunk?.alias) return [];
    const now = trunk?.alias === undefined ? "There is no alias now" : `The alias is ${quoteText(trunk.alias)} now`;
    return [
      {
        field: "expect_alias",
        question: `${now}, not ${quoteText(expected)}. If ${alias ? quoteText(alias) : "no alias"} is still wanted, leave expect_alias out.`,
      },
    ];
  },
];

export function contradictions(group: Group): Question[] {
  return group.wanted.flatMap(({ setup, at }) =>
    rules.flatMap((rule) => rule(setup, group).map((asked) => ({ ...asked, field: `${at}${asked.field}` }))),
  );
}
