import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { readingsOf } from "../../rules/phone-number.ts";
import type { DidwwClient } from "./operations.ts";
import { isUuid } from "./view.ts";

interface WithDids {
  dids?: string[] | undefined;
}

/** The input without the DIDs that are given by their number: those are looked up after its rules were checked. */
export function givenByIds<Input extends WithDids>(input: Input): Input {
  const { dids } = input;
  return dids === undefined ? input : { ...input, dids: dids.filter((did) => readingsOf(did).length === 0) };
}

/** The input with every DID by its id. One request for each that is given by its number. */
export async function withDidIds<Input extends WithDids>(input: Input, { client, signal }: { client: DidwwClient; signal: AbortSignal }) {
  const { dids } = input;
  if (dids === undefined || dids.every(isUuid)) return input;
  return { ...input, dids: await Promise.all(dids.map((did, index) => (isUuid(did) ? did : didId(did, index, client, signal)))) };
}

/** The account's DIDs that a person may mean. One request for each reading. */
async function didsSaid(said: string, client: DidwwClient, signal: AbortSignal) {
  return (await Promise.all(readingsOf(said).map((number) => client.didsWith(number, signal)))).flat();
}

async function didId(said: string, index: number, client: DidwwClient, signal: AbortSignal): Promise<string> {
  const found = await didsSaid(said, client, signal);
  const [only, ...others] = found;
  const field = `dids.${index}`;
  if (!only) {
    const hint = "Pass a number of this account, with its country code, or the DID's id.";
    throw new TrunkError("not_found", `This DIDWW account has no DID with the number ${quoteText(said)}. Nothing was sent.`, {
      field,
      hint,
    });
  }
  if (others.length === 0) return only.id;
  const candidates = found.map(({ id, number }) => `${id}: +${number}`);
  const hint = "Pass the number with its country code, or the DID's id.";
  throw new TrunkError("conflict", `${found.length} DIDs may be meant by ${quoteText(said)}. Nothing was sent.`, {
    field,
    hint,
    candidates,
  });
}
