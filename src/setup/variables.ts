import type { AnyProvider } from "../core/carrier/provider.ts";
import { type Environment, type SettingRow, serverSettings, settingRows } from "../core/config.ts";
import { TrunkError } from "../core/errors.ts";
import { quoteText } from "../core/text.ts";

/** A variable that the entry hands to Trunkline. */
export interface Variable extends SettingRow {
  /** The carrier, as a person knows it. */
  title: string;
}

/** The variables without which the named carriers are not configured. */
export function variablesOf(carriers: string, providers: readonly AnyProvider[]): Variable[] {
  return carriers.split(",").flatMap((id) => {
    const provider = providers.find((one) => one.id === id.trim());
    if (!provider) {
      const ids = providers.map((one) => one.id).join(", ");
      throw new TrunkError("invalid_input", `${quoteText(id)} is not a carrier. The carriers are ${ids}. Nothing was done.`);
    }
    const required: readonly string[] = provider.required;
    const rows = settingRows(provider.settings).filter(({ name }) => required.includes(name));
    return rows.map((row) => ({ ...row, title: provider.title }));
  });
}

/** The settings of this program that the environment has. */
export function settingsIn(environment: Environment, providers: readonly AnyProvider[]): Record<string, string> {
  const names = allSettings(providers).map(({ name }) => name);
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/** Settings that hold no key or password, so that a terminal may show them. */
export function harmless(providers: readonly AnyProvider[]): ReadonlySet<string> {
  const open = allSettings(providers).filter(({ secret }) => !secret);
  return new Set(["PATH", ...open.map(({ name }) => name)]);
}

function allSettings(providers: readonly AnyProvider[]): SettingRow[] {
  return [...providers.map(({ settings }) => settings), serverSettings].flatMap(settingRows);
}
